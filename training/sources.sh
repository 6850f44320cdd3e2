#!/usr/bin/env bash
# Fetches what training reads beside ../shared/data: names and terms of the Unicode CLDR (npm), and the
# word lists of Tesseract's language files (Debian). Needs npm, apt-get, and for the lists tesseract-ocr.
set -euo pipefail
cd "$(dirname "$0")/.."
for command in npm apt-get dpkg combine_tessdata dawg2wordlist; do
    command -v "$command" > /dev/null || {
        echo "training/sources.sh: $command is missing; install npm and tesseract-ocr" >&2
        exit 1
    }
done
out=build/sources
mkdir -p "$out/cldr" "$out/words"

cldr_version=48.2.0
for package in cldr-annotations-full cldr-annotations-derived-full cldr-localenames-full cldr-dates-full; do
    if [ ! -d "$out/cldr/$package" ]; then
        tarball=$(cd "$out" && npm pack --silent "$package@$cldr_version" | tail -1)
        mkdir "$out/cldr/$package.part"
        tar -xzf "$out/$tarball" -C "$out/cldr/$package.part" --strip-components=1
        mv "$out/cldr/$package.part" "$out/cldr/$package"
        rm "$out/$tarball"
    fi
done

tessdata_version=1:4.1.0-2
for pair in az:aze tr:tur en:eng; do
    language=${pair%:*} code=${pair#*:}
    if [ ! -f "$out/words/$language.txt" ]; then
        (cd "$out" && apt-get download -qq "tesseract-ocr-$code=$tessdata_version")
        dpkg -x "$out"/tesseract-ocr-"$code"_*.deb "$out/$code"
        data=$(find "$out/$code" -name "$code.traineddata")
        combine_tessdata -u "$data" "$out/$code/$code." > /dev/null 2>&1
        dawg2wordlist "$out/$code/$code.lstm-unicharset" "$out/$code/$code.lstm-word-dawg" \
            "$out/words/$language.part" > /dev/null 2>&1
        mv "$out/words/$language.part" "$out/words/$language.txt"
        rm -r "$out/$code" "$out"/tesseract-ocr-"$code"_*.deb
    fi
done
wc -l "$out"/words/*.txt
