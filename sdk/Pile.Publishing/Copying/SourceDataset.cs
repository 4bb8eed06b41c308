using System.Security.Cryptography;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Publishing.Copying;

/// <summary>The files of the dataset to copy: those in its list of files, the list itself, README.md and the manifest.</summary>
internal sealed class SourceDataset
{
    private const int MaxBytes = 64 << 20;

    private SourceDataset(IFileStore store, Manifest manifest, byte[] manifestBytes, byte[]? card, IReadOnlyList<ListedFile> files) =>
        (Store, Manifest, ManifestBytes, Card, Files) = (store, manifest, manifestBytes, card, files);

    internal IFileStore Store { get; }

    internal Manifest Manifest { get; }

    internal byte[] ManifestBytes { get; }

    /// <summary>Identifies the dataset: the manifest contains the SHA-256 of the list, and the list those of the files.</summary>
    internal string Identity => Hash(ManifestBytes);

    /// <summary>README.md, if the list of files does not contain it (datasets of older versions); otherwise null.</summary>
    internal byte[]? Card { get; }

    /// <summary>All other files except the manifest, the largest first, so that no large file remains for the end.</summary>
    internal IReadOnlyList<ListedFile> Files { get; }

    internal static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Opens the source.</summary>
    /// <exception cref="DatasetNotFoundException">There is no manifest.</exception>
    /// <exception cref="DatasetInvalidException">The manifest or the list cannot be read, or they contradict each other.</exception>
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
                        $"'{DatasetPaths.Files}' lists '{file.Path}', which is a duplicate or a reserved name",
                        "Run 'pile validate' for all findings");
            try
            {
                byte[] manifest = await store.ReadAllAsync(DatasetPaths.Manifest, MaxBytes, cancellationToken).ConfigureAwait(false);
                if (ManifestReader.Read(manifest, DatasetPaths.Manifest).FilesSha256 != dataset.Manifest.FilesSha256)
                    throw new DatasetInvalidException(address, "the manifest was replaced while the dataset was read", "Copy again");
                using IRandomAccessFile listFile = await store.OpenAsync(DatasetPaths.Files, cancellationToken).ConfigureAwait(false);
                files.Add(new ListedFile(DatasetPaths.Files, listFile.LengthBytes, dataset.Manifest.FilesSha256));
                files.Sort(static (a, b) => b.Bytes != a.Bytes ? b.Bytes.CompareTo(a.Bytes) : string.CompareOrdinal(a.Path, b.Path));
                byte[]? card = names.Contains(DatasetPaths.Readme) ? null : await CardAsync(store, cancellationToken).ConfigureAwait(false);
                return new SourceDataset(store, dataset.Manifest, manifest, card, files);
            }
            catch (Exception e) when (SourceFaults.IsOfFile(e))
            {
                throw new DatasetInvalidException(address,
                    $"the manifest, the list of files or README.md cannot be read: {e.Message.TrimEnd('.')}",
                    "Run 'pile validate' for all findings", e);
            }
        }
    }

    private static async Task<byte[]?> CardAsync(IFileStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAllAsync(DatasetPaths.Readme, MaxBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (StoreException e) when (e.Fault == StoreFault.Denied)
        {
            return null; // without the permission to list, S3 also denies access to missing objects
        }
    }
}
