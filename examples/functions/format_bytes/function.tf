data "quay_registry_size" "now" {}

output "registry_size" {
  value = provider::quay::format_bytes(data.quay_registry_size.now.size_bytes) # such as "1536 MiB"
}
