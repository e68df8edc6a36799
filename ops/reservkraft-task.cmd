@echo off
rem What the task of ops\reservkraft-task.xml runs: the station, its log in a file of its own, the one before it kept.
setlocal
set "place=%ProgramData%\Reservkraft"
if exist "%place%\log\station.log" move /y "%place%\log\station.log" "%place%\log\station-before.log" >nul
set "NODE_COMPILE_CACHE=%place%\cache"
call "%~dp0..\bin\reservkraft.cmd" start --config "%place%\reservkraft.yaml" 2> "%place%\log\station.log"
exit /b %ERRORLEVEL%
