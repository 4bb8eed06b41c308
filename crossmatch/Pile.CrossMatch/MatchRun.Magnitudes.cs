using System.Globalization;

namespace Pile.CrossMatch;

internal sealed partial class MatchRun
{
    /// <summary>Multiplies the prior of each row of B by the factor of its magnitude. Without stated distributions, a pass over all
    /// candidates finds the secure counterparts.</summary>
    private async Task WeighMagnitudesAsync(MatchProbability positions, string column, CancellationToken cancellationToken)
    {
        RowArray<double> magnitudes = b.NumbersOf(column);
        MagnitudePrior prior = options.MagnitudePriorFile is { } path ? MagnitudePrior.Read(path)
            : await Task.Run(() => Guard(() => Estimated(positions, magnitudes, column, cancellationToken)), cancellationToken)
                .ConfigureAwait(false);
        positions.Weigh(prior, magnitudes, b);
        options.OnMessage?.Invoke($"magnitude prior of '{column}': {prior.Source}");
        if (positions.WithoutMagnitude > 0)
            options.OnMessage?.Invoke(string.Create(CultureInfo.InvariantCulture,
                $"{positions.WithoutMagnitude:N0} rows of B have no magnitude: their prior does not depend on it"));
    }

    private MagnitudePrior Estimated(MatchProbability positions, RowArray<double> magnitudes, string column,
        CancellationToken cancellationToken)
    {
        MagnitudeSample sample = new(positions);
        RowSet ofA = new(a.RowCount), ofB = new(b.RowCount);
        WithPipeline(p => { p.Mark(ofA, ofB, cancellationToken); return true; }, cancellationToken, SearchPass.Magnitudes, sample.Collect);
        return sample.Estimate(magnitudes, b, ofB, column);
    }
}
