using System.Collections.Immutable;
using System.CommandLine;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Writes rows to a table file.</summary>
internal static class TableOutput
{
    /// <summary>The option that replaces an existing result.</summary>
    internal static Option<bool> Replace { get; } =
        new("--replace") { Description = "Replace an existing file, once the new one is complete." };

    /// <summary>Rejects a path without the extension of a table, or a remote address.</summary>
    /// <exception cref="ArgumentException">The extension is not that of a table.</exception>
    /// <exception cref="UsageException">The path is a remote address.</exception>
    internal static void RequireTable(string path, string option = "--out")
    {
        RequireLocal(path, option);
        TableWriter.RequireTablePath(path);
    }

    /// <summary>Rejects, before the command runs, another ending than that of a table, a file that <see cref="OutputFile"/> rejects, and a
    /// folder that is not writable.</summary>
    /// <exception cref="OutputExistsException">The file exists and must not be replaced, or the path is that of a folder.</exception>
    /// <exception cref="ArgumentException">The extension is not that of a table.</exception>
    /// <exception cref="UsageException">The folder does not exist, or the file is one of a dataset.</exception>
    /// <exception cref="OutputUnwritableException">The folder is not writable.</exception>
    internal static void RequireFree(string path, bool replace, string option = "--out")
    {
        RequireTable(path, option);
        OutputFile.RequireFree(path, replace, option);
        RequireWritable(path);
    }

    /// <summary>Rejects a remote address, and standard output.</summary>
    /// <remarks>Only 'pile copy' writes to remote addresses. Used as a path, an address would create a folder named <c>s3:</c> or
    /// <c>file:</c>, and <c>-</c> a folder of that name.</remarks>
    /// <exception cref="UsageException">The output is not a local path.</exception>
    internal static string RequireLocal(string path, string option = "--out")
    {
        if (path == PipeOutput.Dash)
            throw new UsageException($"{option} {path}: this result cannot be written to standard output. Name a path; './-' is a file or "
                + "folder of that name.");
        return !IsAddress(path) ? path
            : throw new UsageException($"{option} {path}: expected a local path. Write to one, then upload the result with a program for "
                + "the store, for example 'aws s3 cp'.");
    }

    /// <summary>Rejects a remote address, and standard output, for the folder of a dataset.</summary>
    /// <exception cref="UsageException">The output is not a local path.</exception>
    internal static string RequireLocalDataset(string path, string option = "--out") => !IsAddress(path) ? RequireLocal(path, option)
        : throw new UsageException($"{option} {path}: expected a local path. " + (path.StartsWith("s3://", StringComparison.Ordinal)
            ? $"Write to a local folder, then publish the dataset with 'pile copy FOLDER {path}'."
            : path.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                || path.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? "Web servers are read only. Write to a local folder, then publish it: copy it with 'pile copy' to a folder that the "
                    + "server publishes, or to s3://BUCKET/PREFIX."
            : "Name a local folder without '://'."));

    private static bool IsAddress(string path) => path.Contains("://", StringComparison.Ordinal);

    /// <summary>Creates a temporary file to check the permission before a long command instead of after it.</summary>
    private static void RequireWritable(string path)
    {
        try
        {
            using FileStream probe = new(TemporaryPath.Beside(Path.GetFullPath(path), ".unfinished"),
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OutputUnwritableException(path, "its folder is not writable",
                "Choose another file, or correct the folder's permissions", e);
        }
        catch (IOException e)
        {
            throw new OutputUnwritableException(path, $"no file can be created beside it: {FileFault.TextOf(e)}",
                "Choose another file, or free space there", e);
        }
    }

    /// <summary>Writes rows to a table. The first batch defines the columns.</summary>
    /// <param name="path">The table.</param>
    /// <param name="batches">The rows.</param>
    /// <param name="about">The metadata of the table; null for no metadata.</param>
    /// <param name="replace">True to replace an existing file.</param>
    /// <param name="report">Receives a message if the format cannot store a part of the metadata.</param>
    /// <param name="cancellationToken">Cancels writing; the partial file is deleted.</param>
    /// <returns>The number of rows.</returns>
    internal static Task<long> WriteAsync(string path, IAsyncEnumerable<RowBatch> batches, TableAbout? about, bool replace,
        Action<string> report, CancellationToken cancellationToken) => WithColumnsAsync(batches, (columns, rows) =>
            TableWriter.WriteAsync(path, columns, rows, new TableWriteOptions { About = about, Overwrite = replace, OnMessage = report },
                cancellationToken), cancellationToken);

    /// <summary>Writes rows whose columns are those of the first batch.</summary>
    internal static async Task<long> WithColumnsAsync(IAsyncEnumerable<RowBatch> batches,
        Func<ImmutableArray<ColumnSchema>, IAsyncEnumerable<RowBatch>, Task<long>> write, CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<RowBatch> rows = batches.GetAsyncEnumerator(cancellationToken);
        await rows.MoveNextAsync().ConfigureAwait(false);
        return await write([.. rows.Current.Columns.Select(c => c.Schema)], All(rows, cancellationToken)).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<RowBatch> All(IAsyncEnumerator<RowBatch> rows,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return rows.Current;
        }
        while (await rows.MoveNextAsync().ConfigureAwait(false));
    }
}
