import Glibc

/// Waits until a descriptor can be read (or its other end is gone), one can be written, or the time is over; nil waits
/// for ever. Returns the numbers of the descriptors that are ready; none after a signal (poll(2)).
package func waitForDescriptors(
  reading: [Int32], writing: [Int32] = [], timeout: Duration?
) -> [Int32] {
  var entries = reading.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  entries += writing.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
  // Rounded up, or the last fraction of a millisecond would be spent turning the loop.
  let milliseconds = timeout.map { Int32(clamping: ($0 + .microseconds(999)).milliseconds) } ?? -1
  guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else { return [] }
  return entries.filter { $0.revents != 0 }.map(\.fd)
}
