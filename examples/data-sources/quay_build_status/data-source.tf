variable "build_uuid" {
  type    = string
  default = "83262bb9-f06c-4e30-a362-1457f647b222"
}

data "quay_build_status" "app" {
  build_uuid = var.build_uuid
}

output "build_failed" {
  value = contains(["error", "internalerror", "expired"], data.quay_build_status.app.phase)
}
