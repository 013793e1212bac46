# Installs Twauth without a question, tries what is there, removes it again; then tries the portable zip.
# try-packages.ps1 -Folder FOLDER    FOLDER has the installer and the zip, as package.py names them
param([Parameter(Mandatory)][string]$Folder)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

function Invoke-Program([string]$Path, [string[]]$Arguments) {
    $process = Start-Process -FilePath $Path -ArgumentList $Arguments -Wait -PassThru -NoNewWindow
    if ($process.ExitCode -ne 0) { throw "$Path $Arguments ended with $($process.ExitCode)" }
}

function Get-UserPath {
    (Get-Item HKCU:\Environment).GetValue('Path', '', 'DoNotExpandEnvironmentNames')
}

$installed = "$env:LOCALAPPDATA\Programs\Twauth"
$before = Get-UserPath
Invoke-Program (Get-Item "$Folder/*-setup.exe").FullName @('/S')
Invoke-Program "$installed\twauth.exe" @('--version')
Invoke-Program "$installed\twauth-gui.exe" @('--self-test')
if ((Get-UserPath) -notlike "*$installed") { throw 'The command is not in PATH.' }
$id = (Get-StartApps -Name Twauth).AppID
if ($id -ne 'dev.twauth.Twauth') { throw "The entry in the start menu has the AppUserModelID $id." }

# With _?= it works in its own folder, so that -Wait waits for the end; it then cannot remove itself.
Invoke-Program "$installed\uninstall.exe" @('/S', "_?=$installed")
if (Test-Path "$installed\twauth.exe") { throw 'The program is still there.' }
if ((Get-UserPath) -ne $before) { throw 'PATH is not as it was.' }

$portable = Join-Path ([IO.Path]::GetTempPath()) 'twauth-portable'
Expand-Archive (Get-Item "$Folder/*-portable.zip") $portable
New-Item -ItemType Directory "$portable\Twauth\Twauth-Data" | Out-Null
Invoke-Program "$portable\Twauth\twauth.exe" @('--version')
Invoke-Program "$portable\Twauth\twauth-gui.exe" @('--self-test')
