data "quay_registry_size" "now" {}

output "registry_size" {
  value = "${data.quay_registry_size.now.size_bytes} bytes as of ${coalesce(data.quay_registry_size.now.last_ran, "never")}"
}
