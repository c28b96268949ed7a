# Calculated once, and again whenever the text changes.
resource "quay_registry_size_calculation" "monthly" {
  triggers = {
    month = "2026-11"
  }

  # To have the size when the apply ends:
  #   wait     = true
  #   timeouts = { create = "30m" }
}

output "size_before" {
  value = quay_registry_size_calculation.monthly.size_bytes
}
