data "quay_service_keys" "clair" {
  service = "clair"
}

output "keys_nobody_approved" {
  value = { for key in data.quay_service_keys.clair.keys : key.kid => key.created_date if !key.approved }
}
