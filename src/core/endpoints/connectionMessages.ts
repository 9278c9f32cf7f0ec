import type { MessageTable } from '../message';

/** Why an endpoint can't be reached or does not take the sign-in, and what to do about it. */
export const CONNECTION_MESSAGES = {
  'connection.removed':
    'The connection {name} was removed or its address has changed. Add it again, then import the rows again.',
  'connection.removedMeanwhile':
    'The connection of this import was removed, and nothing more was sent. Add it again, then import the rows again.',
  'connection.signedOut':
    'There is no sign-in for {name} on this computer. Run “Sign In…” from the Connections view, then try again.',

  'signIn.basicNeeded':
    'This Kintone asks for Basic authentication first. Sign in again and enter its user name and password as well.',
  'signIn.basicRefused':
    'The user name or password of the Basic authentication is not right. They are not those of Kintone itself; sign in again with both.',
  'signIn.basicWithOauth':
    'This Kintone asks for Basic authentication, which can’t go together with OAuth. Sign in with a password or API tokens instead.',
  'signIn.oauthExpired':
    'The OAuth access token is not right or has expired; it holds for an hour. Sign in again with a new one, or with a refresh token, so that it is renewed.',
  'signIn.oauthNotRenewed':
    'The OAuth access token has expired and could not be renewed. Check the refresh token, the client ID and the client secret, and that the user may use the OAuth client.',
  'signIn.oauthBusy':
    'The OAuth access token has expired, and the server can’t renew it at the moment ({code}).',
  'signIn.oauthScope':
    'The OAuth access token lacks a scope. An import needs k:app_settings:read, k:app_record:read and k:app_record:write, and k:file:write for attachments.',
  'signIn.oauthUnusable':
    'An OAuth token, client ID or client secret holds characters that can’t be sent. Copy it again.',
  'signIn.passwordWrong':
    'The login name or password is not right. A login name is not always the mail address; after several wrong attempts Kintone locks the user for a while.',
  'signIn.notSignedIn':
    'Kintone did not take the sign-in. Check the address and the way of signing in, and whether the user may use Kintone.',
  'signIn.twoFactor':
    'This user needs two-factor authentication, which Kintone does not offer to programs. Use an API token of the app or OAuth instead.',
  'signIn.noRight':
    'This sign-in has no right to look at the apps. Check the address and the guest space, or ask the administrator.',
  'signIn.tokenWrong':
    'The API token is not right, or the app was not updated after the token was made. Open the app’s settings, check the token under “API Token”, save, and press “Update App”.',
  'signIn.tokenWrongAt':
    'API token {n} of {count} is not right, or its app was not updated after the token was made. Open the app’s settings, check the token under “API Token”, save, and press “Update App”.',
  'signIn.tokenOfOtherApp':
    'The API token may not read app {app}: it belongs to another app, or it has neither the right to view nor the right to add records. Check it in the settings of that app, save, and press “Update App”.',
  'signIn.tokenTwice':
    'Two API tokens of the same app are given, which Kintone does not take. Leave one out.',
  'signIn.appMissing': 'There is no app {app}. Check its number in the app’s address.',
  'signIn.tokenBusy': 'The cell of the account can’t give a token at the moment. Try again a little later.',
  'signIn.tokenNotGiven':
    'The cell of the account gives no token that can be used. Check its cell URL and whether a proxy or sign-in page stands in between.',
  'signIn.tokenUnusable':
    'The token, cookie or p_cookie_peer is missing or holds characters that can’t be sent. Copy it again.',
  'signIn.override':
    'One of the X-Override lines can’t be sent. Write them such as “X-Personium-Priority: high”, and none that signs in or says where requests go.',
  'signIn.unitNotLearned':
    'The cell does not say which unit it belongs to, so no token for the unit was asked for. Check the cell URL.',
  'signIn.otherUnit':
    'The cell names a unit in which its address does not lie, so no token for that unit was asked for. Enter the cell URL as Personium shows it.',

  'certificate.addressWithout':
    'A client certificate is asked for at {address} only. Change the address, or sign in without a certificate.',
  'certificate.passphrase': 'The password of the client certificate is not right. Enter it again.',
  'certificate.unreadable':
    'The client certificate can’t be read. Choose the file that ends with .pfx or .p12 which your administrator gave you.',
  'certificate.outdated':
    'The client certificate is encrypted in an outdated way that this program can’t open. Export it again with a newer encryption (AES-256), then choose that file.',
  'certificate.needed':
    'The server asks for a client certificate. Sign in again and choose your PFX file ({code}).',
  'certificate.refused':
    'The server does not take the client certificate. It may have expired or been revoked, or belong to another server; ask your administrator for a new one ({code}).',
  'certificate.perhapsRefused':
    'The server hung up, perhaps because it does not take the client certificate. Check that it is for this server and has not expired ({code}).',

  'network.authority':
    'The server’s certificate comes from an authority that this computer does not trust; nothing was sent. If your company checks connections with an authority of its own, have it installed on this computer or name its file in NODE_EXTRA_CA_CERTS ({code}).',
  'network.certificateExpired':
    'The server’s certificate is not valid at this time; nothing was sent. Check the clock of this computer, then ask whoever runs the server ({code}).',
  'network.certificateHost':
    'The server’s certificate is for another name; nothing was sent. Check the address for a mistyped name ({code}).',
  'network.proxySignIn':
    'The proxy asks for a user name and password, or those given are not right; nothing was sent. Give them in the proxy’s address (http://user:password@host:port) in the editor’s setting http.proxy or in HTTPS_PROXY.',
  'network.proxyRefused':
    'The proxy does not let the connection through (HTTP status {status}); nothing was sent. Ask your network administrator to allow the address.',
  'network.proxyUnreachable':
    'The proxy can’t be reached; nothing was sent. Check its address in the editor’s setting http.proxy or in HTTPS_PROXY ({code}).',
  'network.proxyAddress':
    'The address of the proxy can’t be understood; nothing was sent. Write it such as http://proxy.example.com:8080.',
  'network.proxyKind':
    'This kind of proxy can’t be used; nothing was sent. Give an HTTP proxy, such as http://proxy.example.com:8080.',
  'network.fileChanged': 'The file to attach has changed since it was checked. Import the row again.',
  'network.headerLines':
    'This way to the network can’t send several X-Override lines; nothing was sent. Leave all but one out of the connection.',
  'network.saveExists':
    'A file of this name is on this computer already. Choose another name, or move that file.',
  'network.saveEncoded':
    'Something between here and the server packs files on their way, so nothing was kept. Ask your network administrator.',
  'network.saveFailed':
    'The file could not be written to this computer, so nothing of it was kept. Check the folder and the room on the disk, then try again ({code}).',
  'network.fileUnreadable':
    'The file to attach can’t be read. Check that it is still there, then import the row again.',
} as const satisfies MessageTable;
