using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;

namespace Pile.Cli.Terminal;

/// <summary>Rows into a table that the user named.</summary>
internal static class TableOutput
{
    /// <summary>Refuses a file that is there, before any work is done.</summary>
    /// <exception cref="OutputExistsException">It is.</exception>
    internal static void RequireFree(string path)
    {
        if (File.Exists(path) || Directory.Exists(path))
            throw new OutputExistsException(path, "Remove it, or name another file with --out");
    }

    /// <summary>Writes an answer, whose first batch tells its columns.</summary>
    /// <returns>The rows written.</returns>
    internal static async Task<long> WriteAsync(string path, IAsyncEnumerable<RowBatch> batches, CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<RowBatch> answer = batches.GetAsyncEnumerator(cancellationToken);
        await answer.MoveNextAsync().ConfigureAwait(false);
        ImmutableArray<ColumnSchema> columns = [.. answer.Current.Columns.Select(c => c.Schema)];
        return await TableWriter.WriteAsync(path, columns, All(answer, cancellationToken), cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<RowBatch> All(IAsyncEnumerator<RowBatch> answer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return answer.Current;
        }
        while (await answer.MoveNextAsync().ConfigureAwait(false));
    }
}
