using Pile.Format;
using Pile.Writing;

namespace Pile.Builders;

/// <content>Completes a dataset whose units have been read.</content>
internal sealed partial class BuildAttempt
{
    /// <summary>Checks what depends on all units: the unit of right ascension, the source of the ids, and the known columns.</summary>
    private void RequireAgreement(int unitCount)
    {
        KeyValuePair<string, UnitFacts>[] known = [.. facts.OrderBy(f => f.Key, StringComparer.Ordinal)];
        string where = known.Length == 1 ? known[0].Key : $"{unitCount} files";
        if (known.Select(f => f.Value).Where(f => f.UndeclaredExtent is not null).ToArray() is { Length: > 0 } undeclared)
        {
            PositionExtent extent = undeclared.Select(f => f.UndeclaredExtent!).Aggregate((a, b) => a.Union(b));
            if (extent.LooksLikeHours)
                throw new RaUnitUndeclaredException(where, undeclared[0].UndeclaredRa, extent);
            if (extent.Warning(where, undeclared[0].UndeclaredRa) is { } warning)
                settings.OnMessage?.Invoke(warning);
        }
        if (known.Length > 0
            && known.Select(f => f.Value.UnknownColumns.AsEnumerable()).Aggregate((a, b) => a.Intersect(b)).FirstOrDefault() is { } unknown)
            throw new SchemaMismatchException(where, unknown, "no file has such a column",
                "Correct 'rename', 'exclude', 'only' or 'cast' in the recipe's source")
            { IsOfCaller = true };
        if (known.Length > 0 && known.Select(f => f.Value.UnknownKeywords.AsEnumerable())
            .Aggregate((a, b) => a.Intersect(b)).FirstOrDefault() is { } keyword)
            throw new SchemaMismatchException(where, null, $"no file has the keyword '{keyword}'",
                "Correct 'keywords' in the recipe's source")
            { IsOfCaller = true };
        if (settings.Earlier is { } earlier && known.FirstOrDefault(f => f.Value.Ids is IdSource.RowNumber).Key is { } numbered)
            throw new SchemaMismatchException(numbered, "object_id",
                $"its ids are row numbers, which count the rows of all files, so that they do not continue those of '{earlier.Address}'",
                "Build all source files without the earlier version, or name a column of ids");
        if (known.FirstOrDefault(f => f.Value.Ids is IdSource.RowNumber).Key is { } without
            && known.Any(f => f.Value.Ids is IdSource.Guessed))
            throw ReadAgainException.WithRowNumbers(without, "no column of ids was found, though other files of the source have one");
        (builder as IAgreeingBuilder)?.RequireAgreement(known.Select(f => f.Value));
    }

    /// <summary>Checks that the source still has the files that tasks have read; says so if a resumed build leaves rows out.</summary>
    /// <param name="writer">The dataset, after all units.</param>
    /// <param name="files">The files of the source.</param>
    private void RequireFilesOfTasks(DatasetWriter writer, IReadOnlySet<string> files)
    {
        if (writer.FilesOutside(files) is not [var first, ..] gone)
            return;
        string more = gone.Count switch { 1 => "", 2 => " and 1 other file", _ => $" and {gone.Count - 1} other files" };
        if (settings.Writer.CompletesTasks)
            throw new SourceUnreadableException(first + more, "tasks have read it, but the source does not have it now",
                "Put it back, and complete the tasks again; or resume the build "
                    + $"({nameof(WriterSettings)}.{nameof(WriterSettings.Resume)}) instead, to leave its rows out");
        settings.OnMessage?.Invoke($"{first}{more}: not in the source any more; the rows that an earlier run has read from it are left "
            + "out");
    }

    private async Task<BuildSummary> CommitAsync(DatasetWriter writer, CancellationToken cancellationToken)
    {
        bool isGuessed = facts.Values.Any(f => f.Ids is IdSource.Guessed);
        writer.SkipsRepeatedIds = settings.SkipsBadRows && (settings.Earlier is not null || !isGuessed);
        // Rows that are kept without knowing how they were read stay so in the versions after this one.
        if (settings.Earlier is not { SourceRecord: null })
            writer.SourceRecord = $"{(settings.Limit is { } limit && rowsLeft == 0 ? record!.Limited(limit) : record)}";
        writer.OnMessage = settings.OnMessage;
        try
        {
            return await writer.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SchemaMismatchException e) when (rowCount == 0 && !hasBatches)
        {
            writer.Abandon(); // no rows that a resumed build could use
            throw new SourceUnreadableException($"source '{source.Kind}'", "no rows are left, so that the columns are not known"
                + (messages.Summary is { Length: > 0 } reasons ? $". {reasons}" : ""),
                "Check the files, the conditions and the sizes of the source", e);
        }
        catch (ValueInvalidException e) when (e.IsRepeatedId && isGuessed && settings.Earlier is null)
        {
            throw ReadAgainException.WithRowNumbers($"{e.SourcePath}, row {e.Row}", $"the column of ids was guessed, but {e.Finding}");
        }
        catch (ValueInvalidException e) when (e.IsRepeatedId && isReadAgain)
        {
            throw new SourceUnreadableException($"{e.SourcePath}, row {e.Row} (counted from 0)",
                $"{e.Finding}: '{settings.Earlier!.Address}' has it already. A source without files, such as a search, is read "
                    + "again, so that a build that appends cannot tell which rows are new",
                "Build all rows without the earlier version, limit a search to new items ('datetime'), or skip "
                    + $"bad rows ({nameof(BuildSettings)}.{nameof(BuildSettings.SkipsBadRows)})", e);
        }
        catch (ValueInvalidException e) when (e.IsRepeatedId && builder.Facts.RepeatedIdRemedy is not null)
        {
            throw new SourceUnreadableException($"{e.SourcePath}, row {e.Row} (counted from 0)", e.Finding,
                builder.Facts.RepeatedIdRemedy, e);
        }
        catch (SchemaMismatchException e) when (HasEarlierSources)
        {
            throw new ReadAgainException($"{(e.Column is null ? "the columns" : $"the column '{e.Column}'")} of the new files and of "
                + $"'{settings.Earlier!.Address}' have different types.", decisions => decisions);
        }
        catch (SchemaMismatchException e) when (settings.Earlier is not null && e.NeedsDType)
        {
            // A version keeps its dtypes, unless its sources are read again.
            throw e.WithRemedyFirst("Name the earlier files, too");
        }
    }
}
