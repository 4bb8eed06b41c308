using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Reading;
using Pile.Writing.Spill;

namespace Pile.Publishing.Versions;

/// <summary>Reads a dataset's list of what was skipped.</summary>
internal static class SkippedList
{
    private const int MostBytes = 64 << 20;

    /// <summary>Returns the lines of the list; none if nothing was skipped.</summary>
    /// <exception cref="DatasetInvalidException">The list has changed.</exception>
    internal static async Task<IEnumerable<(string File, long? Row, string Reason)>> ReadAsync(Dataset dataset, FileList files,
        CancellationToken cancellationToken)
    {
        if (files.Files.FirstOrDefault(f => f.Path == DatasetPaths.Skipped && f.Kind == DatasetFileKind.Meta) is not { } list)
            return [];
        byte[] bytes = await dataset.Store.ReadAllAsync(DatasetPaths.Skipped, MostBytes, cancellationToken).ConfigureAwait(false);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != list.Sha256)
            throw new DatasetInvalidException(dataset.Address, $"'{DatasetPaths.Skipped}' does not have the SHA-256 of the list of files",
                "Run 'pile validate' for all findings");
        return SkippedRows.Parse(Encoding.UTF8.GetString(bytes));
    }
}
