// A utility process. Over the port it was given it doubles numbers, or asks the other end to; `exit` ends it.
process.parentPort.on('message', ({ data, ports: [port] }) => {
  if (data === 'double') {
    port.on('message', ({ data: number }) => port.postMessage(number * 2));
  } else if (data === 'ask') {
    port.on('message', ({ data: answer }) => process.parentPort.postMessage(answer));
    port.postMessage(21);
  } else {
    process.exit(data.exit);
  }
  port?.start();
});
