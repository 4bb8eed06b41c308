using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Storage;

namespace Pile.Layers;

/// <summary>The files of a revision of a Git repository, by <c>git ls-tree</c>; the working tree is not read.</summary>
internal sealed class GitListing : ISourceListing
{
    private const int MostHeadBytes = 32 << 20; // of a JPEG: more than the largest profile of colours before its frame header
    private const int BlockFiles = 4096, LongestEntryBytes = 1 << 16;
    private const int LeastPointerBytes = 100; // version, oid and size have more

    private readonly string folder;

    private GitListing(string folder, string revision) => (this.folder, Revision) = (folder, revision);

    /// <inheritdoc/>
    public string Revision { get; }

    /// <summary>Finds a revision.</summary>
    /// <param name="folder">A folder of the repository; files outside it are left out.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The folder is not in a repository, or there is no such revision.</exception>
    internal static async Task<GitListing> OpenAsync(string folder, string revision, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            throw new ArgumentException($"There is no folder '{folder}'.");
        using GitProcess git = GitProcess.Start(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"]);
        using StreamReader output = new(git.Output);
        string hash = (await output.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim();
        (int code, string error) = await git.EndAsync(cancellationToken).ConfigureAwait(false);
        return code == 0 && hash.Length >= 40 && hash.All(char.IsAsciiHexDigitLower) ? new GitListing(folder, hash)
            : throw new ArgumentException(error.Length > 0 ? $"'{folder}' cannot be read by git: {error}"
                : $"The repository of '{folder}' has no commit '{revision}'. 'git log' and 'git tag' list its revisions.");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<IReadOnlyList<ScannedFile>> ListAsync(SkippedFiles skipped,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using GitProcess git = GitProcess.Start(folder, ["ls-tree", "-r", "-l", "-z", Revision]);
        using BufferedStream output = new(git.Output, 1 << 16);
        List<ScannedFile> block = [];
        byte[] entry = new byte[LongestEntryBytes];
        while (ReadEntry(output, entry) is >= 0 and var length)
        {
            if (FileOf(entry.AsSpan(0, length), skipped) is { } file)
                block.Add(file);
            if (block.Count == BlockFiles)
            {
                await FindPointersAsync(block, skipped, cancellationToken).ConfigureAwait(false);
                yield return block;
                block = [];
            }
        }
        (int code, string error) = await git.EndAsync(cancellationToken).ConfigureAwait(false);
        if (code != 0)
            throw Unreadable($"git ls-tree failed: {error}");
        await FindPointersAsync(block, skipped, cancellationToken).ConfigureAwait(false);
        yield return block;
    }

    /// <inheritdoc/>
    public Task ExamineAsync(IReadOnlyList<ScannedFile> files, FileExamination examination, SkippedFiles skipped,
        CancellationToken cancellationToken) => ReadBlobsAsync(files.Where(f => !f.IsLfsPointer), (file, head, sha256) =>
        {
            FileExamination.Examine(file, head, file.SizeBytes);
            file.Sha256 = examination.ComputesChecksums ? sha256 : file.Sha256;
        }, cancellationToken);

    private Task FindPointersAsync(List<ScannedFile> files, SkippedFiles skipped, CancellationToken cancellationToken) =>
        ReadBlobsAsync(files.Where(f => f.SizeBytes is >= LeastPointerBytes and < FileExamination.LfsPointerBytes),
            (file, head, _) => FileExamination.TryReadPointer(file, head, isComplete: true), cancellationToken);

    private delegate void BlobReceiver(ScannedFile file, ReadOnlySpan<byte> head, string sha256);

    /// <summary>Reads blobs with one process. They are read completely, because git returns no parts.</summary>
    private async Task ReadBlobsAsync(IEnumerable<ScannedFile> files, BlobReceiver receive, CancellationToken cancellationToken)
    {
        GitProcess? git = null;
        BufferedStream? output = null;
        try
        {
            byte[] head = new byte[PictureHeader.Bytes], rest = new byte[1 << 16];
            foreach (ScannedFile file in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                git ??= GitProcess.Start(folder, ["cat-file", "--batch"]);
                output ??= new BufferedStream(git.Output, 1 << 16);
                await git.WriteLineAsync(file.ETag!, cancellationToken).ConfigureAwait(false);
                long size = SizeOf(file, output);
                int count = (int)Math.Min(PictureHeader.Bytes, size);
                output.ReadExactly(head, 0, count);
                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                hash.AppendData(head, 0, count);
                for (long needed; (needed = FileExamination.NeededBytes(head.AsSpan(0, count), size)) > count && needed <= MostHeadBytes;)
                {
                    if (needed > head.Length)
                        Array.Resize(ref head, (int)Math.Min(2 * needed, MostHeadBytes));
                    output.ReadExactly(head, count, (int)needed - count);
                    hash.AppendData(head, count, (int)needed - count);
                    count = (int)needed;
                }
                for (long left = size - count; left > 0;)
                {
                    int read = output.Read(rest, 0, (int)Math.Min(left, rest.Length));
                    if (read == 0)
                        throw Unreadable($"git ended within '{file.Path}'");
                    hash.AppendData(rest, 0, read);
                    left -= read;
                }
                if (output.ReadByte() != '\n')
                    throw Unreadable($"git returned more than '{file.Path}'");
                receive(file, head.AsSpan(0, count), Convert.ToHexStringLower(hash.GetHashAndReset()));
            }
        }
        catch (IOException e)
        {
            throw Unreadable($"git cat-file ended: {e.Message.TrimEnd('.')}", e);
        }
        finally
        {
            output?.Dispose();
            git?.Dispose();
        }
    }

    // <hash> SP blob SP <size> LF
    private long SizeOf(ScannedFile file, Stream output)
    {
        StringBuilder line = new();
        for (int c; (c = output.ReadByte()) is not (-1 or '\n') && line.Length < 200;)
            line.Append((char)c);
        string[] parts = line.ToString().Split(' ');
        return parts is [_, "blob", var size] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? bytes : throw Unreadable($"git cannot read '{file.Path}': {line}");
    }

    private int ReadEntry(BufferedStream output, byte[] entry)
    {
        for (int length = 0; ; length++)
        {
            int next = output.ReadByte();
            if (next <= 0)
                return next == 0 ? length : length == 0 ? -1 : throw Unreadable("git ls-tree ended within an entry");
            if (length == entry.Length)
                throw Unreadable($"git ls-tree returned a path of more than {LongestEntryBytes} bytes");
            entry[length] = (byte)next;
        }
    }

    // <mode> SP <type> SP <hash> SP+ <size> TAB <path>
    private ScannedFile? FileOf(ReadOnlySpan<byte> entry, SkippedFiles skipped)
    {
        int tab = entry.IndexOf((byte)'\t');
        string[] parts = tab < 0 ? [] : Encoding.ASCII.GetString(entry[..tab]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var mode, var type, var hash, var size])
            throw Unreadable("git ls-tree returned an entry of another form");
        ReadOnlySpan<byte> name = entry[(tab + 1)..];
        string path = Encoding.UTF8.GetString(name);
        string? reason = !System.Text.Unicode.Utf8.IsValid(name) ? FileName.NotUtf8
            : type == "commit" ? "is a submodule, which is not followed"
            : mode == "120000" ? "is a symbolic link, which is not followed in a repository"
            : null;
        if (reason is not null)
        {
            skipped.Add(path, reason);
            return null;
        }
        return type == "blob" && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            ? new ScannedFile { Path = path, SizeBytes = bytes, ETag = hash }
            : throw Unreadable($"git ls-tree returned '{path}' as {type} of size {size}");
    }

    private SourceUnreadableException Unreadable(string finding, Exception? inner = null) =>
        new(folder, finding, "Check the repository with 'git fsck', then scan again", inner);
}
