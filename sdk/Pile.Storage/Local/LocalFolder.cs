using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Storage;

/// <summary>A folder of the local file system.</summary>
/// <param name="path">The folder, relative to the working folder or absolute.</param>
internal sealed class LocalFolder(string path) : IFileStore
{
    private static readonly EnumerationOptions Accessible = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false, // a folder that cannot be listed is not an empty one
    };

    /// <inheritdoc/>
    public string Address { get; init; } = path;

    /// <inheritdoc/>
    public string LocalRoot { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    /// <summary>True for files that the user names as a source: symbolic links are followed wherever they lead. The files of a dataset
    /// come from elsewhere; theirs must stay inside.</summary>
    public bool FollowsLinks { get; init; }

    /// <inheritdoc/>
    public StoreTraits Traits => StoreTraits.Local;

    /// <inheritdoc/>
    public StoreStatistics Statistics => default;

    /// <inheritdoc/>
    public Task<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<byte[]>(cancellationToken);
        try
        {
            using LocalFile file = new(Existing(path));
            if (file.LengthBytes > maxBytes)
                throw new InvalidDataException($"'{path}' has {file.LengthBytes} bytes; at most {maxBytes} are expected.");
            // On this thread: documents are small, and .NET would read them on another thread. Every method that waits for it would be
            // continued there, by code that is compiled at run time.
            byte[] bytes = new byte[file.LengthBytes];
            file.Read(0, bytes);
            return Task.FromResult(bytes);
        }
        catch (Exception e)
        {
            return Task.FromException<byte[]>(e);
        }
    }

    /// <inheritdoc/>
    public Task<LocalCopy> LocalPathAsync(string path, KnownFile known = default, CancellationToken cancellationToken = default)
    {
        try
        {
            string full = Existing(path);
            using LocalFile file = new(full); // the error of a library would not state that permission is denied
            if (known.Bytes is { } expected && file.LengthBytes is var found && found != expected)
                throw WrongLength(found, expected);
            return Task.FromResult(new LocalCopy(full));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or AccessDeniedException)
        {
            return Task.FromException<LocalCopy>(e);
        }
    }

    /// <inheritdoc/>
    public void RequireFitsCache(string path, long bytes)
    {
    }

    /// <inheritdoc/>
    public IRandomAccessFile Open(string path, long lengthBytes, string? tag = null)
    {
        LocalFile file = new(Existing(path));
        if (file.LengthBytes == lengthBytes)
            return file;
        long found = file.LengthBytes;
        file.Dispose();
        throw WrongLength(found, lengthBytes);
    }

    /// <inheritdoc/>
    public ValueTask<IRandomAccessFile> OpenAsync(string path, CancellationToken cancellationToken = default) =>
        new(new LocalFile(Existing(path)));

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredFile> ListAsync(string prefix = "",
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string folder = Path.Combine(LocalRoot, prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!ExistingPath.IsFolder(folder))
            yield break;
        List<StoredFile> files = [];
        try
        {
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", Everything))
            {
                cancellationToken.ThrowIfCancellationRequested();
                string relative = Path.GetRelativePath(LocalRoot, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
                if (relative.StartsWith(prefix, StringComparison.Ordinal) && !AtomicFile.IsUnfinished(file.Name))
                    files.Add(new StoredFile(relative, LengthOf(file)));
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw AccessDeniedException.OfListing(folder, e);
        }
        files.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        foreach (StoredFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return file;
        }
    }

    /// <inheritdoc/>
    public Task<bool> PutAsync(string path, Stream content, bool ifAbsent = false, CancellationToken cancellationToken = default)
    {
        RequireInside(path);
        return AtomicFile.WriteAsync(Path.Combine(LocalRoot, path), content, ifAbsent, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PutAsync(string path, Stream content, KnownFile known, CancellationToken cancellationToken = default) =>
        PutAsync(path, content, ifAbsent: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<KnownFile?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        RequireInside(path);
        string full = Path.Combine(LocalRoot, path);
        return new(ExistingPath.IsFile(full) ? new KnownFile(LengthOf(new FileInfo(full)), null) : null);
    }

    /// <inheritdoc/>
    public Task DiscardUnfinishedAsync(CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(LocalRoot))
            foreach (string file in Directory.EnumerateFiles(LocalRoot, "*", Accessible))
                if (AtomicFile.IsUnfinished(Path.GetFileName(file)))
                    File.Delete(file);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        string full = Path.Combine(LocalRoot, path);
        if (File.Exists(full))
            File.Delete(full);
        return Task.CompletedTask;
    }

    internal static InvalidDataException WrongLength(long found,
        long expected) => new($"the file has {found} bytes, but the list of files says {expected}: the file was changed or truncated");

    // Throws the same exception whether the file is missing, a folder above it is missing, or the path is a folder.
    private string Existing(string path)
    {
        string full = Path.Combine(LocalRoot, path);
        RequireInside(path);
        if (!ExistingPath.IsFile(full))
            throw new FileNotFoundException($"There is no file '{full}'.", full);
        RegularFile.Require(full);
        return full;
    }

    // The length of a link is that of its target.
    private static long LengthOf(FileInfo file) =>
        file.Attributes.HasFlag(FileAttributes.ReparsePoint) ? FileStamp.Of(file.FullName).Bytes : file.Length;

    /// <summary>Rejects symbolic links that lead out of this folder or that replace a folder in it.</summary>
    /// <remarks>A link to a file inside is followed, and this folder itself may be a link.</remarks>
    /// <exception cref="DatasetInvalidException">The path contains such a link.</exception>
    internal void RequireInside(string path)
    {
        if (FollowsLinks)
            return;
        for (int end = 0; end < path.Length;)
        {
            end = path.IndexOf('/', end + 1) is >= 0 and var next ? next : path.Length;
            string part = path[..end], full = Path.Combine(LocalRoot, part);
            if (new FileInfo(full).LinkTarget is { } target && (end < path.Length || !RealPath.IsBelow(full, LocalRoot)))
                throw new DatasetInvalidException(Address,
                    $"'{part}' is a symbolic link to '{target}', which is {(end < path.Length ? "a folder" : "outside the dataset")}",
                    "A dataset must contain its own files: replace the link with its target, or get the dataset again from its source");
        }
    }
}
