using System.Collections.Immutable;
using System.CommandLine;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Rows into a table that the user named.</summary>
internal static class TableOutput
{
    /// <summary>The option that replaces an existing result.</summary>
    internal static Option<bool> Replace { get; } =
        new("--replace") { Description = "Replace an existing file, once the new one is complete." };

    /// <summary>Rejects a path that is not one of a table by its ending, or not one of this machine.</summary>
    /// <exception cref="ArgumentException">No table has this ending.</exception>
    /// <exception cref="UsageException">The path is an address.</exception>
    internal static void RequireTable(string path)
    {
        TableWriter.RequireTablePath(path);
        RequireLocal(path);
    }

    /// <summary>Rejects, before any work is done, an existing file that must not be replaced, and a folder that does not exist or takes no
    /// files.</summary>
    /// <exception cref="OutputExistsException">The file exists and is not to be replaced, or a folder is in its place.</exception>
    /// <exception cref="ArgumentException">No table has this ending.</exception>
    /// <exception cref="UsageException">The folder does not exist.</exception>
    /// <exception cref="OutputUnwritableException">Its folder takes no files.</exception>
    internal static void RequireFree(string path, bool replace)
    {
        RequireTable(path);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new UsageException($"--out {path}: there is no folder '{folder}'. Make it first.");
        if (Directory.Exists(path))
            throw new OutputExistsException(path, "Name another file with --out");
        if (!replace && File.Exists(path))
            throw new OutputExistsException(path, "Remove it, replace it with --replace, or name another file with --out");
        RequireWritable(path);
    }

    /// <summary>Refuses an address: only 'pile copy' writes to one, and as a path it would make a folder called <c>s3:</c> or
    /// <c>file:</c>.</summary>
    /// <exception cref="UsageException">The output is no path of this machine.</exception>
    internal static string RequireLocal(string path) => !path.Contains("://", StringComparison.Ordinal) ? path
        : throw new UsageException($"--out {path}: results are written to folders of this machine. Write there, then 'pile copy FOLDER "
            + $"{path}' publishes a dataset.");

    /// <summary>Permission shows only by making a file; better before a long match than after it.</summary>
    private static void RequireWritable(string path)
    {
        try
        {
            using FileStream probe = new(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/", $".{Guid.NewGuid():N}.partial"),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputUnwritableException(path, "no file can be made in its folder",
                "Name another file, or correct the folder's permissions", e);
        }
    }

    /// <summary>Writes an answer, whose first batch tells its columns.</summary>
    /// <param name="path">The table.</param>
    /// <param name="batches">The answer.</param>
    /// <param name="about">What the table says of itself; null for nothing.</param>
    /// <param name="replace">Whether an existing file is replaced.</param>
    /// <param name="cancellationToken">Ends the writing; nothing is left behind.</param>
    /// <returns>The rows written.</returns>
    internal static async Task<long> WriteAsync(string path, IAsyncEnumerable<RowBatch> batches, TableAbout? about, bool replace,
        CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<RowBatch> answer = batches.GetAsyncEnumerator(cancellationToken);
        await answer.MoveNextAsync().ConfigureAwait(false);
        ImmutableArray<ColumnSchema> columns = [.. answer.Current.Columns.Select(c => c.Schema)];
        return await TableWriter.WriteAsync(path, columns, All(answer, cancellationToken),
            new TableWriteOptions { About = about, Overwrite = replace }, cancellationToken).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<RowBatch> All(IAsyncEnumerator<RowBatch> answer,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return answer.Current;
        }
        while (await answer.MoveNextAsync().ConfigureAwait(false));
    }
}
