resource "quay_message" "maintenance" {
  content    = "The registry is **read-only** on Sunday from 06:00 to 08:00 UTC."
  media_type = "text/markdown"
  severity   = "warning"
}
