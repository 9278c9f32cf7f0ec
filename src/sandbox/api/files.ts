import { ApiError, invalidParameter } from '../apiError';
import { optionalText } from '../parameters';
import { RECORD_TEXTS } from '../records/recordTexts';
import { siteOf } from '../records/site';
import { TEXTS } from '../texts';
import type { ApiCall, ApiReply, RawBody, RawReply } from './context';
import { fileInForm } from './multipart';

/** `POST file`: keeps the file of a form until it is attached to a record. */
export function uploadFile(call: ApiCall, body: RawBody): ApiReply {
  const file = fileInForm(body.contentType, body.bytes, 'file');
  if (file === undefined) {
    throw new ApiError(400, 'CB_IL02', TEXTS.badRequest);
  }
  if (file.bytes.length > call.limits.fileBytes) {
    throw invalidParameter('file', RECORD_TEXTS.fileTooLarge);
  }
  return { fileKey: siteOf(call.apps).files.upload(file) };
}

/** `GET file`: a file of a record, by the key that reading the record gave. */
export function downloadFile(call: ApiCall): RawReply {
  const key = optionalText(call.parameters, 'fileKey') ?? '';
  if (key === '') {
    throw invalidParameter('fileKey', TEXTS.parameterRequired);
  }
  const { contentType, bytes } = siteOf(call.apps).files.download(key);
  return { contentType, bytes };
}
