using Pile.Cli.Terminal;
using Pile.Format;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>The result of a match without <c>--out</c>, of which the first rows are shown and nothing is kept.</summary>
internal sealed class MatchPreview : IDisposable
{
    private const int Rows = 20;

    private readonly string folder = TemporaryPath.CreateSystemFolder("match");

    /// <summary>The table of the result.</summary>
    internal string TablePath => Path.Combine(folder, "pairs.parquet");

    /// <summary>Shows the first rows.</summary>
    internal async Task ShowAsync(Action<string> report, CancellationToken cancellationToken)
    {
        await using ITableReader table = await TableReader.OpenAsync(TablePath, cancellationToken: cancellationToken).ConfigureAwait(false);
        await RowOutput.WriteTextAsync(TerminalText.Output, table.RowCount == 0 ? AsyncEnumerable.Repeat(EmptyBatch.Of(table.Columns), 1)
                : table.ReadAsync(cancellationToken: cancellationToken), Rows,
            _ => report($"only the first {Rows} rows are shown; --out FILE writes all"))
            .ConfigureAwait(false);
    }

    public void Dispose() => TemporaryPath.Delete(folder);
}
