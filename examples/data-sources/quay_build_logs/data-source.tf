variable "build_uuid" {
  type    = string
  default = "83262bb9-f06c-4e30-a362-1457f647b222"
}

data "quay_build_logs" "app" {
  build_uuid = var.build_uuid
}

# The lines alone; none once Quay has archived the logs.
output "build_log" {
  value = join("", [for entry in coalesce(data.quay_build_logs.app.entries, []) : entry.message if entry.type == null])
}
