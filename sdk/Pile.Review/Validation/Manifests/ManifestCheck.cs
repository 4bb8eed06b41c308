using Pile.Format;

namespace Pile.Review;

/// <summary>M001, M002, M004: the manifest can be read.</summary>
internal static class ManifestCheck
{
    private const long LargestBytes = 64L << 20;

    /// <summary>Reads the manifest; returns null if it cannot be read, which is then a finding.</summary>
    internal static async Task<Manifest?> ReadAsync(string root, FindingLog log, CancellationToken cancellationToken)
    {
        string path = Path.Combine(root, DatasetPaths.Manifest);
        try
        {
            FileInfo file = new(path);
            if (!ExistingPath.IsFile(path))
                return Invalid("expected the manifest here, found no file");
            RegularFile.Require(path);
            if (file.Length is 0 or > LargestBytes)
                return Invalid($"expected 1 to {LargestBytes} bytes, found {file.Length}");
            return ManifestReader.Read(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), DatasetPaths.Manifest);
        }
        catch (VersionNotSupportedException e)
        {
            log.Error(FindingCodes.VersionNotSupported, DatasetPaths.Manifest,
                $"expected the format version {FormatVersion.Current.Major}.x, found {e.Version}");
            return null;
        }
        catch (DocumentInvalidException e)
        {
            return Invalid($"line {e.Line}, column {e.Column}: {e.Finding}",
                e.IsDamaged ? FindingCodes.ManifestChecksumMismatch : FindingCodes.ManifestInvalid);
        }
        catch (AccessDeniedException e)
        {
            return Invalid(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Invalid($"cannot be read: {e.Message}");
        }

        Manifest? Invalid(string message, string code = FindingCodes.ManifestInvalid)
        {
            log.Error(code, DatasetPaths.Manifest, message);
            return null;
        }
    }
}
