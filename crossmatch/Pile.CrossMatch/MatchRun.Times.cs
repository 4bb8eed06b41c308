namespace Pile.CrossMatch;

internal sealed partial class MatchRun
{
    private long? readA, readB;

    /// <summary>Reads the epochs of the rows that meet all conditions but the time window with a row of the other side.</summary>
    private async Task ReadEpochsAsync(CommonTimes times, CancellationToken cancellationToken)
    {
        RowSet ofA = new(a.RowCount), ofB = request.IsSelf ? ofA : new(b.RowCount);
        await Task.Run(() => Guard(() => WithPipeline(p => { p.Mark(ofA, ofB, cancellationToken); return true; }, cancellationToken,
            SearchPass.Epochs)), cancellationToken).ConfigureAwait(false);
        if (times.A.HasEpochs)
            readA = await new EpochReading(a, times.A, work).ReadAsync(ofA, cancellationToken).ConfigureAwait(false);
        if (times.B.HasEpochs && !request.IsSelf)
            readB = await new EpochReading(b, times.B, work).ReadAsync(ofB, cancellationToken).ConfigureAwait(false);
    }

    private void ReportTimes(CommonTimes times)
    {
        foreach ((PreparedSide side, SideTime time, long? read, string letter) in request.IsSelf ? [(a, times.A, readA, "A")]
            : new[] { (a, times.A, readA, "A"), (b, times.B, readB, "B") })
        {
            if (time.End is not null && side.EndsBeforeStart > side.RowCount / 2)
                options.OnMessage?.Invoke(MatchWords.EndsBeforeStart(side.EndsBeforeStart, side.RowCount, letter, time));
            if (side.WithoutTime > 0)
                options.OnMessage?.Invoke(MatchWords.WithoutTime(side.WithoutTime, letter, read));
        }
    }
}
