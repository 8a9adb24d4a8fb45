/**
 * Answers `webUtils.getPathForFile` (page/isolatedWorld.cjs), which stops at a `debugger` statement. The path is known
 * for files that were chosen or dropped from the disk, through Playwright or DevTools too; else it is ''.
 */
async function answerFilePaths(session) {
  session.on('Debugger.paused', ({ callFrames: [frame] }) => {
    const asked = frame?.functionName === 'getPathForFile' ? answer(session, frame.callFrameId) : undefined;
    Promise.resolve(asked)
      .catch((error) => console.error('getPathForFile:', error))
      .finally(() => session.send('Debugger.resume').catch(() => {}));
  });
  await session.send('Debugger.enable');
}

async function answer(session, callFrameId) {
  const evaluate = (expression) => session.send('Debugger.evaluateOnCallFrame', { callFrameId, expression });
  const { result } = await evaluate('file');
  // Chromium refuses where no file of the disk is behind it.
  const info = await session
    .send('DOM.getFileInfo', { objectId: result.objectId })
    .catch(() => ({ path: '' }));
  await evaluate(`answer = ${JSON.stringify(info.path)}`);
}

module.exports = { answerFilePaths };
