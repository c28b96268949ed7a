import {
  to = quay_user_robot_federation.nightly
  id = "nightly"
}
