"""Evaluation: gold questions in, figures out; a lost question counts as zero."""
