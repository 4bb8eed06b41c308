using System.Collections.Immutable;
using Pile.Format;
using Pile.Reading;
using Pile.Sky;
using Pile.Tables;
using Pile.Writing;

namespace Pile.CrossMatch.Tests;

/// <summary>A side of rows in memory: id, position, and further columns.</summary>
internal sealed class MemorySide(double[] raDeg, double[] decDeg, params ColumnData[] further) : MatchSide
{
    private int identified;

    private static readonly ModalityColumn Id = Modality.Common.Find("object_id")!, Ra = Modality.Common.Find("ra")!,
        Dec = Modality.Common.Find("dec")!;

    public override string Name => "memory";

    public override ImmutableArray<ColumnSchema> Columns => [.. further.Select(c => c.Schema)];

    internal int Count => raDeg.Length;

    internal double[] RaDeg => raDeg;

    internal double[] DecDeg => decDeg;

    /// <summary>The ids of the rows; the row numbers by default.</summary>
    internal long[] Ids { get; init; } = [.. Enumerable.Range(0, raDeg.Length).Select(i => (long)i)];

    /// <summary>The ids of the rows of a dataset; null for <see cref="Ids"/>.</summary>
    internal string[]? TextIds { get; init; }

    internal ColumnData Further(string name) => further.First(c => c.Schema.Name == name);

    /// <summary>True for a side that changes every time it is read.</summary>
    internal bool Changes { get; init; }

    /// <summary>The number of rows that were read.</summary>
    internal int RowsRead { get; private set; }

    internal override bool CanBePruned => true;

    internal override string? TimeColumn => Columns.Any(c => c.Name == "mjd") ? "mjd" : null;

    internal override long? RowsAtMost => raDeg.Length;

    internal override Task<long?> CountAsync(CancellationToken cancellationToken) => Task.FromResult<long?>(raDeg.Length);

    internal override Task<SideIdentity> IdentifyAsync(bool asOpened, CancellationToken cancellationToken) =>
        Task.FromResult(new SideIdentity("table", "memory", null, "", "", Changes ? $"{identified++}" : ""));

    internal override Task<SidePlan> PlanAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        CancellationToken cancellationToken) => Task.FromResult(new SidePlan(Name, 1, 1, raDeg.Length, 0, 0));

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, HealpixRanges? reach,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        RowBatch all = new([new ColumnData<long>(Id.With(DType.Int64, []), Ids), new ColumnData<double>(Ra.With(DType.Float64, []), raDeg),
            new ColumnData<double>(Dec.With(DType.Float64, []), decDeg),
            .. columnNames.Select(Further)]);
        if (reach is not null)
        {
            int[] within = [.. Enumerable.Range(0, Count).Where(i => double.IsNaN(raDeg[i]) || double.IsNaN(decDeg[i])
                || reach.AtOrder29().Contains(Healpix.AngToPix(29, raDeg[i] % 360, decDeg[i])))];
            all = new RowBatch(all.Columns.Select(c => c.Take(within)));
        }
        RowsRead = all.RowCount;
        yield return all;
    }

    /// <summary>Writes the rows to a table, and opens it.</summary>
    internal async Task<ITableReader> ToTableAsync(string path)
    {
        ColumnSchema Degrees(string name) => new() { Name = name, DType = DType.Float64, Unit = "deg" };
        ColumnData[] columns = [new ColumnData<long>(new ColumnSchema { Name = "id", DType = DType.Int64 }, Ids),
            new ColumnData<double>(Degrees("ra"), raDeg),
            new ColumnData<double>(Degrees("dec"), decDeg), .. further];
        await TableWriter.WriteAsync(path, [.. columns.Select(c => c.Schema)], new[] { new RowBatch(columns) }.ToAsyncEnumerable());
        return await TableReader.OpenAsync(path);
    }

    /// <summary>Writes the rows to a dataset.</summary>
    internal Task<Dataset> ToDatasetAsync(string path, CancellationToken cancellationToken = default) =>
        ToDatasetAsync(path, new WriterSettings { Workers = 2 }, cancellationToken);

    /// <summary>Writes the side as a dataset.</summary>
    internal async Task<Dataset> ToDatasetAsync(string path, WriterSettings settings, CancellationToken cancellationToken = default)
    {
        DatasetSpec spec = new()
        {
            Name = Path.GetFileName(path),
            Modality = "catalogue",
            Order = 1,
            Provenance = new Provenance
            {
                Project = "p",
                Survey = "s",
                Instrument = "i",
                Release = "r",
                Licence = "CC0-1.0",
                Citation = "c",
                Builder = "test",
                BuilderVersion = "1"
            },
        };
        await using (DatasetWriter writer = DatasetWriter.Create(path, spec, settings))
        {
            using (UnitSpill spill = writer.BeginUnit("u", [new SourceFile("u.fits", 42, new string('a', 64))]))
            {
                spill.Append(new RowBatch([TextIds is { } texts ? TextColumnData.From(Id.With(DType.String, []), texts)
                    : new ColumnData<long>(Id.With(DType.Int64, []), Ids),
                    new ColumnData<double>(Modality.Common.Find("ra")!.With(DType.Float64, []), RaDeg),
                        new ColumnData<double>(Modality.Common.Find("dec")!.With(DType.Float64, []), DecDeg),
                    .. further]));
                spill.Complete();
            }
            await writer.CommitAsync(cancellationToken);
        }
        return await Dataset.OpenAsync(path, cancellationToken: cancellationToken);
    }
}
