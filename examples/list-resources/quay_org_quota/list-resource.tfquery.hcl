list "quay_org_quota" "all" {
  provider = quay
  limit    = 100000
}
