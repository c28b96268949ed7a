import {
  to = quay_user_robot.laptop
  id = "laptop"
}
