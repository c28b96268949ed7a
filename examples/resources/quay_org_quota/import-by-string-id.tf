import {
  to = quay_org_quota.acme
  id = "acme"
}
