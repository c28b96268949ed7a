import {
  to = quay_user_quota.alice
  id = "alice"
}
