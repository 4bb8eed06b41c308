using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Sky;
using Pile.Tables.Opening;

namespace Pile.Tables;

/// <summary>A table whose position is in several columns (RAh, RAm, RAs, DE-, DEd, DEm, DEs, as in tables of the CDS and the AAS), with
/// two columns in degrees after the others.</summary>
internal sealed class SexagesimalTable : ITableReader, ITableNotes
{
    private static readonly string[] RaParts = ["RAh", "RAm", "RAs"], DecParts = ["DEd", "DEm", "DEs"];
    private const string Sign = "DE-";

    private readonly ITableReader table;
    private readonly string[] raParts, decParts;
    private readonly string ra, dec;
    private readonly string? frame;

    private SexagesimalTable(ITableReader table)
    {
        this.table = table;
        (raParts, decParts) = (Array.FindAll(RaParts, Has), Array.FindAll(DecParts, Has));
        frame = table.FrameOf(RaParts[0]);
        (ra, dec) = NamesOf(frame);
        Columns = [.. table.Columns, Column(ra, "pos.eq.ra;meta.main", "right ascension"),
            Column(dec, "pos.eq.dec;meta.main", "declination")];

        bool Has(string name) => table.Columns.Any(c => c.Name == name);
    }

    /// <inheritdoc/>
    public string Path => table.Path;

    /// <inheritdoc/>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <inheritdoc/>
    public long? RowCount => table.RowCount;

    /// <inheritdoc/>
    public IEnumerable<string> Notes => ITableNotes.Of(table);

    /// <summary>Wraps a table that has the columns; returns any other as it is.</summary>
    internal static ITableReader Of(ITableReader table)
    {
        HashSet<string> names = [.. table.Columns.Select(c => c.Name)];
        return names.IsSupersetOf([RaParts[0], RaParts[1], DecParts[0]])
            && NamesOf(table.FrameOf(RaParts[0])) is var (ra, dec) && !names.Contains(ra) && !names.Contains(dec)
            && table.Columns.All(c => !IsPart(c.Name) || (c.IsScalar && c.DType is DType.Int64 or DType.Float64))
            ? new SexagesimalTable(table) : table;

        static bool IsPart(string name) => RaParts.Contains(name) || DecParts.Contains(name);
    }

    /// <inheritdoc/>
    public string? FrameOf(string column) => column == ra || column == dec ? frame : table.FrameOf(column);

    double? ITableReader.EpochOf(string column) => table.EpochOf(column);

    /// <inheritdoc/>
    public ColumnSchema? AsTimes(string column) => table.AsTimes(column);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string>? columns = null, long firstRow = 0, long? rowCount = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string[] wanted = columns is null ? [.. Columns.Select(c => c.Name)] : [.. columns];
        bool hasRa = wanted.Contains(ra), hasDec = wanted.Contains(dec);
        string[] read = [.. wanted.Where(n => n != ra && n != dec).Concat(hasRa ? raParts : []).Concat(hasDec ? Signed() : []).Distinct()];
        await foreach (RowBatch batch in table.ReadAsync(read, firstRow, rowCount, cancellationToken).ConfigureAwait(false))
            yield return new RowBatch(wanted.Select(name => name == ra ? Degrees(batch, ra, raParts, 15)
                : name == dec ? Degrees(batch, dec, decParts, 1) : batch[name]));
    }

    /// <inheritdoc/>
    public void Dispose() => table.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => table.DisposeAsync();

    /// <summary>Returns the names that VizieR gives the columns in degrees.</summary>
    private static (string Ra, string Dec) NamesOf(string? frame) => frame is null ? ("_RAJ2000", "_DEJ2000")
        : frame == SkyFrame.Fk4.ToString() ? ("_RAB1950", "_DEB1950") : ("_RA", "_DE");

    private string[] Signed() => table.Columns.Any(c => c.Name == Sign) ? [Sign, .. decParts] : decParts;

    private ColumnData<double> Degrees(RowBatch batch, string name, string[] parts, double factor)
    {
        double[] degrees = new double[batch.RowCount];
        bool[] isNull = new bool[batch.RowCount];
        double seconds = 3600;
        foreach (string part in parts)
        {
            ColumnData column = batch[part];
            for (int row = 0; row < degrees.Length; row++)
            {
                isNull[row] |= column.IsNullAt(row);
                degrees[row] += ValueOf(column, row) * seconds / 3600 * factor;
            }
            seconds /= 60;
        }
        ColumnData? sign = name == dec ? batch.Find(Sign) : null;
        for (int row = 0; row < degrees.Length; row++)
            if (isNull[row])
                degrees[row] = double.NaN;
            else if (sign is TextColumnData text && text.Text(row) == "-")
                degrees[row] = -degrees[row];
        return new(Columns.First(c => c.Name == name), degrees, isNull);
    }

    private static double ValueOf(ColumnData column, int row) => column switch
    {
        ColumnData<long> integers => integers.Values.Span[row],
        ColumnData<double> numbers => numbers.Values.Span[row],
        _ => throw new InvalidOperationException($"Unexpected type of '{column.Schema.Name}'."),
    };

    private static ColumnSchema Column(string name, string ucd, string quantity) => new()
    {
        Name = name,
        DType = DType.Float64,
        Nullable = true,
        Unit = "deg",
        Ucd = ucd,
        Description = $"{quantity}, computed from its parts",
    };
}
