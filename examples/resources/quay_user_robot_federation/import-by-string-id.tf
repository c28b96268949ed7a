import {
  to = quay_user_robot_federation.laptop
  id = "laptop"
}
