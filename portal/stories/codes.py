"""The codes that a case study is described by; what they are called on a page is the vocabulary's matter."""

from __future__ import annotations

PLATFORMS = (
    "whatsapp", "telegram", "signal", "messenger", "wechat", "sms", "facebook_group", "live_chat", "app",
)  # fmt: skip

AUDIENCES = (
    "all_newcomers", "arabic_speakers", "francophones", "refugee_claimants", "syrian_newcomers", "afghans",
    "naturalized_citizens", "nominee_candidates",
)  # fmt: skip

LANGUAGES_OF_SERVICE = ("ar", "en", "fa", "fr", "ko", "pa", "prs", "ps", "tl", "uk", "zh-Hans", "zh-Hant")

PURPOSES = (
    "answer_questions", "broadcast_news", "peer_support", "referral", "language_learning", "counselling",
    "navigation",
)  # fmt: skip

SETTINGS = ("city", "province", "national", "rural")

SIZES = ("up_to_100", "101_to_256", "257_to_1024", "over_1024", "unknown")
"""Bands of members: the borders are limits that WhatsApp groups had."""

COUNTRIES = ("ca",)

PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")

SECTIONS = ("what_it_is", "why_started", "why_platform", "how_it_runs", "evaluated", "results", "lessons")
"""Sections of a case study in the sector's order; each is an anchor on its page."""

MEDIA = ("video", "audio", "image", "backgrounder")

RELATED = ("case", "step", "checklist", "template", "session", "platform")
"""What the thread calls the things that a case study may name as related."""
