"""Shared fixtures: a small corpus of our own in three languages, and the real articles where they
lie.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aztr_qa.building import build_index
from aztr_qa.config import Config
from aztr_qa.embed import SHIPPED_MODEL, StaticEmbedder
from aztr_qa.language import LanguageGuesser
from aztr_qa.service import Service

# A model that is on disk must not make the tests wait for a hub that cannot be reached.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

REPOSITORY = Path(__file__).parents[1]
ARTICLES = REPOSITORY.parent / "shared" / "articles"
DATA = REPOSITORY.parent / "shared" / "data"

# Our own sentences, with İ I ı i ə ğ in them; p1 to p3 are aligned.
SMALL_CORPUS = {
    "az": """---
id: kicik
language: az
title: "Kiçik məqalə"
---
## Bəyannamə

Şuşa Bəyannaməsi 15 iyun 2021-ci ildə imzalanıb. Sənəd iki ölkəni müttəfiq edir. {#p1}

## Təlimlər

“İldırım” təlimi 2019-cu ildə İsmayıllıda keçirilib. Təlimdə 350 əsgər iştirak edib. {#p2}

Dəmir yolu Bakını Qarsa bağlayır. Yük daşımaları ildən-ilə artır. {#p3}
""",
    "tr": """---
id: kicik
language: tr
title: "Küçük makale"
---
## Beyanname

Şuşa Beyannamesi 15 Haziran 2021 tarihinde imzalandı. Belge iki ülkeyi müttefik yapıyor. {#p1}

## Tatbikatlar

“Yıldırım” tatbikatı 2019 yılında İsmayıllı'da yapıldı. Tatbikata 350 asker katıldı. {#p2}

Demir yolu Bakü'yü Kars'a bağlıyor. Yük taşımacılığı her yıl artıyor. {#p3}
""",
    "en": """---
id: kicik
language: en
title: "A small article"
---
## Declaration

The Shusha Declaration was signed on 15 June 2021. The text makes them allies. {#p1}

## Exercises

The exercise “Lightning” was held in Ismayilli in 2019. 350 soldiers took part in it. {#p2}

The railway links Baku with Kars. Freight grows from year to year. {#p3}
""",
}


def write_small_corpus(folder: Path) -> Path:
    """Write the small corpus into a folder and return it."""
    (folder / "kicik").mkdir(parents=True)
    for language, text in SMALL_CORPUS.items():
        (folder / "kicik" / f"{language}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def guesser() -> LanguageGuesser:
    return LanguageGuesser.load(SHIPPED_MODEL)


@pytest.fixture(scope="session")
def embedder() -> StaticEmbedder:
    return StaticEmbedder.load(SHIPPED_MODEL)


@pytest.fixture(scope="session")
def small_config(tmp_path_factory: pytest.TempPathFactory, embedder: StaticEmbedder) -> Config:
    folder = tmp_path_factory.mktemp("small")
    corpus = write_small_corpus(folder / "corpus")
    config = replace(Config(), corpus_dirs=(corpus,), index_dir=folder / "index")
    build_index(config, embedder)
    return config


@pytest.fixture(scope="session")
def service(small_config: Config, embedder: StaticEmbedder) -> Iterator[Service]:
    service = Service.open(small_config, embedder=embedder)
    yield service
    service.close()


@pytest.fixture(scope="session")
def articles_dir() -> Path:
    if not ARTICLES.is_dir():
        pytest.skip(
            "the five source articles are other people's text; they lie outside the repository"
        )
    return ARTICLES


@pytest.fixture(scope="session")
def articles_config(
    tmp_path_factory: pytest.TempPathFactory, articles_dir: Path, embedder: StaticEmbedder
) -> Config:
    config = replace(
        Config(), corpus_dirs=(articles_dir,), index_dir=tmp_path_factory.mktemp("articles")
    )
    build_index(config, embedder)
    return config


@pytest.fixture(scope="session")
def articles_service(articles_config: Config, embedder: StaticEmbedder) -> Iterator[Service]:
    service = Service.open(articles_config, embedder=embedder)
    yield service
    service.close()


@pytest.fixture(scope="session")
def digests_service(
    tmp_path_factory: pytest.TempPathFactory, embedder: StaticEmbedder
) -> Iterator[Service]:
    """The service over the digests that ship in corpus/."""
    config = replace(
        Config(), corpus_dirs=(REPOSITORY / "corpus",), index_dir=tmp_path_factory.mktemp("digests")
    )
    build_index(config, embedder)
    service = Service.open(config, embedder=embedder)
    yield service
    service.close()
