// Addresses of owner apps start with “#/”; a fragment never reaches the server, so it is moved.
function follow() {
  if (/^#\/[^/\\]/.test(location.hash)) location.replace(location.hash.slice(1));
}
addEventListener("hashchange", follow);
follow();
