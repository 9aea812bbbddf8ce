"""Names of formats: what libsndfile, HTTP and file names call them."""

MEDIA = {"WAV": "audio/wav", "MP3": "audio/mpeg", "OGG": "audio/ogg", "FLAC": "audio/flac"}
ENDINGS = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/flac": "flac"}
