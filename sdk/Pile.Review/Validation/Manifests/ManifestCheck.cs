using System.Text;
using Pile.Format;

namespace Pile.Review.Validation;

/// <summary>M001, M002: the manifest can be read.</summary>
internal static class ManifestCheck
{
    private const long LargestBytes = 64L << 20;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the manifest; null when it cannot be, which is then a finding.</summary>
    internal static async Task<Manifest?> ReadAsync(string root, FindingLog log, CancellationToken cancellationToken)
    {
        string path = Path.Combine(root, DatasetPaths.Manifest);
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
                return Invalid("expected the manifest here, found no file");
            if (file.Length is 0 or > LargestBytes)
                return Invalid($"expected 1 to {LargestBytes} bytes, found {file.Length}");
            string text = Utf8.GetString(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            return ManifestReader.Read(text, DatasetPaths.Manifest);
        }
        catch (VersionNotSupportedException e)
        {
            log.Error(FindingCodes.VersionNotSupported, DatasetPaths.Manifest, $"expected the format version {FormatVersion.Current.Major}.x, found {e.Version}");
            return null;
        }
        catch (DocumentInvalidException e)
        {
            return Invalid($"line {e.Line}, column {e.Column}: {e.Finding}");
        }
        catch (DecoderFallbackException e)
        {
            return Invalid($"expected UTF-8, found other bytes at {e.Index}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Invalid($"it cannot be read: {e.Message}");
        }

        Manifest? Invalid(string message)
        {
            log.Error(FindingCodes.ManifestInvalid, DatasetPaths.Manifest, message);
            return null;
        }
    }
}
