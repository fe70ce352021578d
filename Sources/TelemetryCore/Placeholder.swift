/// Package-wide namespace marker; replaced by the first real file of this target.
