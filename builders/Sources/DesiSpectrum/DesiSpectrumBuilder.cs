using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Builders.Sources.DesiSpectrum;

/// <summary>Reads coadded spectra of DESI from <c>coadd-*.fits</c> files, grouped by HEALPix pixel or by tile. Each file is a unit; each
/// target is a row.</summary>
/// <remarks>The arms b, r and z are joined on one grid. Flux is in 1e-17 erg/s/cm²/Å, wavelengths are vacuum wavelengths in Å.
/// <c>SOURCE.md</c> describes the columns and their origin.</remarks>
[DatasetBuilder("desi-spectrum")]
internal sealed class DesiSpectrumBuilder : IDatasetBuilder
{
    private const int RowsPerBatch = 16; // 2.6 MB

    private readonly ConcurrentBag<SpectrumMemory[]> unused = []; // of units that were read
    private readonly RecipeSource source;
    private readonly bool hasRedshifts, hasFileIds;

    /// <summary>Creates a builder for the files of a recipe.</summary>
    /// <param name="source">Keys (and defaults): <c>files</c>; <c>redshifts</c>: <c>redrock</c> (default) or <c>none</c>; <c>id</c>:
    /// <c>TARGETID</c> (default) or <c>file</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown, or has another value.</exception>
    public DesiSpectrumBuilder(RecipeSource source)
    {
        this.source = source;
        source.Map.RequireKeys("kind", "files", "redshifts", "id");
        _ = source.Map.Required("files");
        hasRedshifts = source.TextOrNull("redshifts") switch
        {
            null or "redrock" => true,
            "none" => false,
            { } other => throw source.Invalid("redshifts", $"expected redrock or none, found '{other}'"),
        };
        hasFileIds = source.TextOrNull("id") switch
        {
            null or "TARGETID" => false,
            "file" => true,
            { } other => throw source.Invalid("id", $"expected TARGETID or file, found '{other}'"),
        };
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => new()
    {
        Modality = "spectrum",
        SpectralMedium = "vacuum",
        TimeScale = "UTC",
        TimeReference = "TOPOCENTER",
        Aliases = !hasRedshifts ? [] :
        [
            new() { Name = "z", Native = "Z", Unit = "", Ucd = "src.redshift", Description = "redshift of the best template" },
            new() { Name = "z_err", Native = "ZERR", Unit = "", Ucd = "stat.error;src.redshift", Description = "its error" },
        ],
    };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken) => Units().ToAsyncEnumerable();

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!unused.TryTake(out SpectrumMemory[]? memory))
            memory = [new(), new()]; // a batch is read while the one before it is stored
        IAsyncEnumerable<RowBatch> batches = Read(unit, context, memory, cancellationToken).ToAsyncEnumerable();
        // Bad targets of a batch are listed with its rows, not earlier.
        if (!context.SkipsBadRows)
            batches = BatchesAhead.ReadAsync(batches, cancellationToken);
        await foreach (RowBatch batch in batches.ConfigureAwait(false))
            yield return batch;
        unused.Add(memory);
    }

    private IEnumerable<SourceUnit> Units() => source.Units().Select(unit => hasRedshifts
        ? unit with { Files = [.. unit.Files, RedrockFile.PathFor(unit.Files[0])] } : unit);

    private IEnumerable<RowBatch> Read(SourceUnit unit, BuildContext context, SpectrumMemory[] memory, CancellationToken cancellationToken)
    {
        using CoaddFile coadd = CoaddFile.Open(unit.Files[0]);
        RedrockFile? redrock = hasRedshifts ? RedrockFile.Read(unit.Files[1]) : null;
        JoinedArms arms = new(coadd);
        if (arms.Note is { } note)
            context.Report($"{coadd.Path}: {note}");
        ExposureTimes times = new(coadd);
        long wanted = Math.Min(context.WantedRows ?? long.MaxValue, coadd.RowCount);
        for (long first = 0, batch = 0; first < wanted; first += RowsPerBatch, batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = (int)Math.Min(RowsPerBatch, coadd.RowCount - first);
            TargetRows targets = TargetRows.Read(coadd, first, rows);
            IEnumerable<ColumnData> columns =
            [
                .. targets.Identify(hasFileIds ? coadd.GroupName : null), .. times.Of(targets.TargetIds),
                .. arms.Read(first, rows, memory[batch % memory.Length]), .. coadd.Native(first, rows),
                .. redrock?.Native(targets.TargetIds) ?? [],
            ];
            int[] usable = targets.Usable(context);
            if (usable.Length > 0)
                yield return new RowBatch(usable.Length == rows ? columns : columns.Select(c => c.Take(usable)));
        }
    }
}
