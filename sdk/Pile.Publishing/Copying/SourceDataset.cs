using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Publishing.Copying;

/// <summary>All files of the dataset that is copied: what the list of files says, the list itself, the card and the manifest.</summary>
internal sealed class SourceDataset
{
    private const int MostBytes = 64 << 20;

    private SourceDataset(IFileStore store, Manifest manifest, byte[] manifestBytes, byte[]? card, IReadOnlyList<ListedFile> files) =>
        (Store, Manifest, ManifestBytes, Card, Files) = (store, manifest, manifestBytes, card, files);

    internal IFileStore Store { get; }

    internal Manifest Manifest { get; }

    internal byte[] ManifestBytes { get; }

    /// <summary>What tells this dataset from all others: its manifest has the SHA-256 of the list, the list those of the files.</summary>
    internal string Identity => Sum(ManifestBytes);

    /// <summary>README.md of a dataset whose list does not have it, as older programs wrote them; else null.</summary>
    internal byte[]? Card { get; }

    /// <summary>All other files but the manifest, the largest first: so that no single one is left for the end.</summary>
    internal IReadOnlyList<ListedFile> Files { get; }

    internal static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Opens the source.</summary>
    /// <exception cref="DatasetNotFoundException">There is no manifest.</exception>
    /// <exception cref="DatasetInvalidException">Manifest or list cannot be read, or contradict each other.</exception>
    internal static async Task<SourceDataset> OpenAsync(string address, CopyOptions options, CancellationToken cancellationToken)
    {
        Dataset dataset = await Dataset.OpenAsync(address, new DatasetOptions { Threads = options.Workers, Storage = options.Storage },
            cancellationToken).ConfigureAwait(false);
        await using (dataset.ConfigureAwait(false))
        {
            FileList list = await dataset.FilesAsync(cancellationToken).ConfigureAwait(false);
            IFileStore store = FileStore.For(address, options.Storage);
            List<ListedFile> files = [.. list.Files.Where(f => f.Kind != DatasetFileKind.Source)
                .Select(f => new ListedFile(f.Path, f.Bytes, f.Sha256))];
            HashSet<string> names = new([DatasetPaths.Manifest, DatasetPaths.Files, CopyRecord.Name], StringComparer.Ordinal);
            foreach (ListedFile file in files)
                if (!names.Add(file.Path))
                    throw new DatasetInvalidException(address,
                        $"'{DatasetPaths.Files}' names '{file.Path}', which stands there twice or has no place there",
                        "Run 'pile validate' for all findings");
            try
            {
                byte[] manifest = await store.ReadAllAsync(DatasetPaths.Manifest, MostBytes, cancellationToken).ConfigureAwait(false);
                if (ManifestReader.Read(manifest, DatasetPaths.Manifest).FilesSha256 != dataset.Manifest.FilesSha256)
                    throw new DatasetInvalidException(address, "the manifest was replaced while it was read", "Copy again");
                KnownFile? listFile = await store.FindAsync(DatasetPaths.Files, cancellationToken).ConfigureAwait(false);
                files.Add(new ListedFile(DatasetPaths.Files, listFile?.Bytes
                    ?? throw new FileNotFoundException($"There is no '{DatasetPaths.Files}'."), dataset.Manifest.FilesSha256));
                files.Sort(static (a, b) => b.Bytes != a.Bytes ? b.Bytes.CompareTo(a.Bytes) : string.CompareOrdinal(a.Path, b.Path));
                byte[]? card = names.Contains(DatasetPaths.Readme) ? null : await CardAsync(store, cancellationToken).ConfigureAwait(false);
                return new SourceDataset(store, dataset.Manifest, manifest, card, files);
            }
            catch (Exception e) when (SourceFaults.IsOfFile(e))
            {
                throw new DatasetInvalidException(address, $"manifest, list or card cannot be read: {e.Message.TrimEnd('.')}",
                    "Run 'pile validate' for all findings", e);
            }
        }
    }

    private static async Task<byte[]?> CardAsync(IFileStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAllAsync(DatasetPaths.Readme, MostBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (StoreException e) when (e.Fault == StoreFault.Denied)
        {
            return null; // who may not list is told so also where there is no such object
        }
    }
}
