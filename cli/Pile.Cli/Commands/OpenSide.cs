using System.CommandLine;
using Pile.Cli.Terminal;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Storage;
using Pile.Tables;
using Pile.Tables.Opening;

namespace Pile.Cli.Commands;

/// <summary>One side of a match on the command line: the folder or address of a dataset, a saved query, or the file of a
/// table.</summary>
internal sealed class OpenSide : IAsyncDisposable
{
    private readonly IAsyncDisposable source;

    private OpenSide(MatchSide side, IAsyncDisposable source) => (Side, this.source) = (side, source);

    internal MatchSide Side { get; }

    /// <summary>The dataset; null if the side is a table.</summary>
    internal Dataset? Dataset => source as Dataset;

    /// <summary>The name of the dataset, or the file name of the table.</summary>
    internal string ShortName => Dataset?.Manifest.Name ?? Path.GetFileName(Side.Name);

    /// <summary>Returns true if a path is that of a dataset.</summary>
    internal static bool IsDataset(string path) => FileStore.IsRemote(path) || Directory.Exists(path)
        || DatasetCollection.IsAddress(path) || SavedQueryFile.IsAddress(path);

    internal static async Task<OpenSide> OpenAsync(ParseResult parsed, string path, SideOptions options, string? where, SideLayers layers,
        string? frame,
        Action<string> report, CancellationToken cancellationToken)
    {
        if (IsDataset(path))
        {
            foreach (Option<string?> option in options.All)
                if (parsed.GetValue(option) is not null
                    && (option != options.Id || File.Exists(Path.Combine(path, DatasetPaths.Manifest))))
                    throw new UsageException($"{option.Name} requires a table, but '{path}' is a dataset. Remove the option.");
            Dataset dataset = await OpenAsync(path, layers,
                CommonOptions.DatasetOptionsOf(parsed) with { IdColumn = parsed.GetValue(options.Id) }, cancellationToken)
                .ConfigureAwait(false);
            return new OpenSide(new DatasetSide(dataset, where is null ? null : dataset.Query().Where(where)), dataset);
        }
        ITableReader table = await TableReader.OpenAsync(InputFile.Require(path, "The dataset or table"),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            TableSide side = TableSide.Create(table, new PositionOptions
            {
                RaColumn = parsed.GetValue(options.Ra),
                DecColumn = parsed.GetValue(options.Dec),
                IdColumn = parsed.GetValue(options.Id),
                RaUnit = RaUnitOf(parsed.GetValue(options.RaUnit), options.RaUnit.Name),
                Frame = parsed.GetValue(options.Frame) ?? frame,
                OnMessage = report,
            });
            return new OpenSide(where is null ? side : side.Where(where), table);
        }
        catch (ArgumentException e)
        {
            await table.DisposeAsync().ConfigureAwait(false);
            throw new UsageException($"{path}: {e.Message}");
        }
    }

    private static async Task<Dataset> OpenAsync(string path, SideLayers layers, DatasetOptions options,
        CancellationToken cancellationToken)
    {
        try
        {
            return await layers.OpenAsync(path, options, cancellationToken).ConfigureAwait(false);
        }
        catch (DatasetNotFoundException) when (FileStore.IsRemote(path) && TablePath.FormatOf(TablePath.FileOf(path)) is not null)
        {
            throw new UsageException($"'{path}': remote tables are not read; remote datasets are. Download the table, for example with "
                + "'pile fetch', or publish it as a dataset with 'pile build --from' and 'pile copy'.");
        }
    }

    private static RaUnit? RaUnitOf(string? word, string option) => word is null ? null
        : RaUnits.Words.TryGetValue(word, out RaUnit unit) ? unit
            : throw new UsageException($"{option} {word}: expected one of {string.Join(", ", RaUnits.Words.Keys)}.");

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
