using System.Collections.Concurrent;
using Pile.Builders;
using Pile.Format;
using Pile.Writing;

namespace Pile.Adopting;

/// <summary>Makes a dataset over an archive: light columns and locations in its index, values where they are.</summary>
internal static class AdoptRun
{
    /// <summary>Adopts an archive.</summary>
    /// <param name="archive">The files.</param>
    /// <param name="output">The dataset's folder.</param>
    /// <param name="settings">Name, provenance and how the run works.</param>
    /// <param name="cancellationToken">Cancels the run; the output stays as it was.</param>
    /// <exception cref="OutputExistsException">The output exists, and is not to be replaced.</exception>
    /// <exception cref="PileException">A file, a row or the disk is at fault; it is named.</exception>
    internal static async Task<BuildSummary> RunAsync(IArchive archive, string output, AdoptSettings settings,
        CancellationToken cancellationToken)
    {
        await using DatasetWriter writer = DatasetWriter.Create(output, SpecOf(archive, settings), settings.Writer);
        writer.Abandon(); // locations are quickly read again, and the files may have changed until then
        ConcurrentBag<SkippedUnit> skipped = [];
        AdoptFindings findings = new();
        AdoptCounts counts = new();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = settings.Writer.Workers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, archive.Units.Length, parallel, (unit, token) =>
        {
            try
            {
                Read(archive, unit, writer, settings, findings, counts, token);
            }
            catch (PileException reason) when (settings.SkipsBadUnits && SkippedUnit.IsOfUnit(reason))
            {
                skipped.Add(new SkippedUnit(archive.Units[unit], reason));
            }
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        SkippedUnit[] bad = [.. skipped.OrderBy(s => s.UnitId, StringComparer.Ordinal)];
        if (bad.Length > 0 && bad.Length == archive.Units.Length)
            throw new AllUnitsSkippedException([.. bad]);
        foreach (SkippedUnit unit in bad)
        {
            writer.Skip(unit.UnitId, null, settings.ReasonText?.Invoke(unit.Reason.Message) ?? unit.Reason.Message);
            settings.OnMessage?.Invoke($"skipped {unit.UnitId}: {unit.Reason.Message}");
        }
        archive.CheckAll();
        foreach (string finding in findings.Lines())
            settings.OnMessage?.Invoke(finding);
        counts.RequireRows(archive);
        BuildSummary summary = await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        await MountsOutput.WriteAsync(output, settings.Mounts).ConfigureAwait(false);
        return summary;
    }

    private static void Read(IArchive archive, int unit, DatasetWriter writer, AdoptSettings settings, AdoptFindings findings,
        AdoptCounts counts, CancellationToken cancellationToken)
    {
        using UnitSpill spill = writer.BeginUnit(archive.Units[unit], []);
        ArchiveContext context = new()
        {
            AddFile = file =>
            {
                counts.AddFile(file.Uri);
                return spill.AddFile(file);
            },
            OnFinding = findings.Add,
            OnSkip = row =>
            {
                counts.AddSkipped(row);
                spill.Skip(row.File, row.Row, settings.ReasonText?.Invoke(row.Reason) ?? row.Reason);
            },
            ComputesChecksums = settings.ComputesChecksums,
        };
        foreach (RowBatch batch in archive.Read(unit, context, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            spill.Append(batch);
            counts.AddRows(batch.RowCount);
        }
        spill.Complete();
    }

    private static DatasetSpec SpecOf(IArchive archive, AdoptSettings settings) => new()
    {
        Name = settings.Name,
        Modality = archive.Facts.Modality,
        Description = archive.Note,
        Provenance = settings.Provenance with { Builder = "adopt", BuilderVersion = "1" },
        Frame = PositionFrame.Of(archive.Facts.Frame),
        HasShards = false,
        SpectralMedium = archive.Facts.SpectralMedium,
        TimeScale = archive.Facts.TimeScale,
        TimeReference = archive.Facts.TimeReference,
        EpochYear = archive.Facts.EpochYear,
        Aliases = archive.Facts.Aliases,
    };
}
