# Which organizations were deleted in October, and by whom?
data "quay_logs" "deletions" {
  start = "2026-10-01"
  end   = "2026-10-31"
  kinds = ["org_delete"]
}

output "deletions" {
  value = [for entry in data.quay_logs.deletions.entries : {
    organization = jsondecode(entry.metadata_json).namespace
    by           = entry.performer
    at           = entry.datetime
  }]
}

# What happened in a namespace in the last 24 hours, the newest 50 entries?
data "quay_logs" "acme" {
  namespace   = "acme"
  max_entries = 50
}
