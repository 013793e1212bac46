; A per-user installer: no administrator, no service, nothing outside the user's own folders.
; package.py calls makensis with VERSION, BUNDLE (a folder), ICON and OUTFILE.
; /S installs without questions, /D=FOLDER (last, without quotes) elsewhere.
Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include StrFunc.nsh
!include WinMessages.nsh
!ifdef NSIS_WIN32_MAKENSIS
  !define SLASH "\"
  !include Win\COM.nsh
  !include Win\Propkey.nsh
!else
  !define SLASH "/"
  !include Win/COM.nsh
  !include Win/Propkey.nsh
!endif
${Using:StrFunc} StrStr
${Using:StrFunc} UnStrRep

!define APP_ID "dev.twauth.Twauth"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${APP_ID}"

Name "Twauth"
OutFile "${OUTFILE}"
InstallDir "$LOCALAPPDATA\Programs\Twauth"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
BrandingText "Twauth ${VERSION}"

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Twauth"
VIAddVersionKey "CompanyName" "The Twauth developers"
VIAddVersionKey "FileDescription" "Twauth installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The Twauth developers. MIT licence"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\twauth-gui.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that is open keeps its file from being replaced: say so before anything is taken away.
Function CloseTwauthFirst
  retry:
  IfFileExists "$INSTDIR\twauth-gui.exe" 0 free
  ClearErrors
  FileOpen $0 "$INSTDIR\twauth-gui.exe" a
  IfErrors busy
  FileClose $0
  ClearErrors
  FileOpen $0 "$INSTDIR\twauth.exe" a
  IfErrors busy
  FileClose $0
  Goto free
  busy:
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "Twauth is open. Close it, then choose Retry." /SD IDCANCEL IDRETRY retry
  SetErrorLevel 2
  Quit
  free:
FunctionEnd

; With the window's AppUserModelID (twauth_gui/app.py), so that it belongs to the entry once that is pinned.
Function CreateStartMenuEntry
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IShellLink::SetPath} $0 '("$INSTDIR\twauth-gui.exe")'
    ${IShellLink::SetWorkingDirectory} $0 '("$INSTDIR")'
    ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r1)'
    ${If} $1 P<> 0
      System::Call '*(&w64 "${APP_ID}")p.r2'
      System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
      System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,p r2)p.r4'
      ${IPropertyStore::SetValue} $1 '($3,$4)'
      ${IPropertyStore::Commit} $1 ""
      System::Free $4
      System::Free $3
      System::Free $2
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Save} $1 '("$SMPROGRAMS\Twauth.lnk",1)'
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
FunctionEnd

Section "Twauth" SectionProgram
  SectionIn RO
  Call CloseTwauthFirst
  ; What an older version had and this one has not must not be loaded. The folder may be one that the user chose, so
  ; only what the bundle itself has is removed.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}${SLASH}*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  Call CreateStartMenuEntry
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Twauth"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\twauth-gui.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Twauth developers"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section "The command twauth in new terminals (PATH)" SectionPath
  ClearErrors
  ReadRegStr $0 HKCU "Environment" "Path"
  ${If} ${Errors}
    ; There is none, or it is longer than this installer can read. Half of it must never be written back.
    Call IsPathThere
    ${If} $1 == "there"
      DetailPrint "PATH is too long to be changed here. Add $INSTDIR to it yourself."
      Goto done
    ${EndIf}
    WriteRegExpandStr HKCU "Environment" "Path" "$INSTDIR"
  ${Else}
    ${StrStr} $1 ";$0;" ";$INSTDIR;"
    ${IfThen} $1 != "" ${|} Goto done ${|}
    StrLen $1 "$0;$INSTDIR"
    ${If} $1 >= 1000
      DetailPrint "PATH is too long to be changed here. Add $INSTDIR to it yourself."
      Goto done
    ${EndIf}
    ${If} $0 == ""
      WriteRegExpandStr HKCU "Environment" "Path" "$INSTDIR"
    ${Else}
      WriteRegExpandStr HKCU "Environment" "Path" "$0;$INSTDIR"
    ${EndIf}
  ${EndIf}
  SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
  done:
SectionEnd

; Leaves "there" in $1 if the user's PATH exists, however long it is.
Function IsPathThere
  StrCpy $2 0
  StrCpy $1 ""
  ${Do}
    ClearErrors
    EnumRegValue $3 HKCU "Environment" $2
    ${IfThen} ${Errors} ${|} ${ExitDo} ${|}
    ${If} $3 == ""
      ${ExitDo}
    ${EndIf}
    ${If} $3 == "Path"
      StrCpy $1 "there"
      ${ExitDo}
    ${EndIf}
    IntOp $2 $2 + 1
  ${Loop}
FunctionEnd

; Accounts, credentials and settings stay.
Section "un.Twauth"
  ClearErrors
  FileOpen $0 "$INSTDIR\twauth-gui.exe" a
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONEXCLAMATION "Twauth is open. Close it, then remove it again." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  FileClose $0
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\twauth.exe"
  Delete "$INSTDIR\twauth-gui.exe"
  Delete "$INSTDIR\LICENSE"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Twauth.lnk"
  ClearErrors
  ReadRegStr $0 HKCU "Environment" "Path"
  ${IfNot} ${Errors}
    ${UnStrRep} $1 ";$0;" ";$INSTDIR;" ";"
    ${If} $1 != ";$0;"
      StrCpy $1 $1 "" 1
      StrCpy $1 $1 -1
      WriteRegExpandStr HKCU "Environment" "Path" $1
      SendMessage ${HWND_BROADCAST} ${WM_SETTINGCHANGE} 0 "STR:Environment" /TIMEOUT=5000
    ${EndIf}
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
