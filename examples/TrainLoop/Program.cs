using System.Globalization;
using Pile;
using Pile.CrossMatch;
using Pile.Examples.TrainLoop;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;

// Images of different parts of the split must not overlap on the sky: the cells have half a degree, with more than the width of an image
// between them.
const int SplitOrder = 8;
const double GuardArcsec = 30;

TrainingOptions? options = null;
try
{
    options = TrainingOptions.Parse(args);
    using CancellationTokenSource interrupted = new();
    Console.CancelKeyPress += (_, e) =>
    {
        e.Cancel = true;
        interrupted.Cancel();
    };

    await using Dataset images = await Dataset.OpenAsync(options.Images, cancellationToken: interrupted.Token);
    await using Dataset catalogue = await Dataset.OpenAsync(options.Catalogue, cancellationToken: interrupted.Token);
    MatchedRows pairs;
    using (MatchTable match = await images.CrossMatchAsync(catalogue, options.RadiusArcsec, MatchFind.OneToOne, interrupted.Token))
        pairs = await match.OpenRowsAsync(images.Query().Columns(Photometry.Columns), catalogue.Query().Columns(options.Target),
            interrupted.Token);

    RowSplit split = pairs.SplitBySky(new SplitShares(("train", 4), ("validation", 1)), SplitOrder, GuardArcsec, options.Seed);
    MatchedRows train = pairs.Select(split.RowsOf("train"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{pairs.Count:N0} pairs: {train.Count:N0} to train with, {split["validation"].RowCount:N0} to validate, {split.LeftOut:N0} "
            + $"between them left out"));

    StreamSource drawn = options.WeightedOrder is { } order ? train.Weighted(order, seed: options.Seed) : train.Source;
    await new Training(drawn, split["validation"], new Photometry(options.Target), options).RunAsync(interrupted.Token);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"read: {images.Statistics.Requests + catalogue.Statistics.Requests:N0} requests to the store, {images.Reads.Reads:N0} reads of "
            + $"shards; state in {options.StatePath}"));
    return 0;
}
catch (ArgumentException e)
{
    Console.Error.WriteLine($"TrainLoop: {e.Message}{(options is null ? $"\n\n{TrainingOptions.Usage}" : "")}");
    return 2;
}
catch (PileException e)
{
    Console.Error.WriteLine($"TrainLoop: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("TrainLoop: interrupted; continue with --resume");
    return 130;
}
