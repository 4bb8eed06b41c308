using System.Globalization;
using Pile.Bench.Harness;
using Pile.Format;
using Pile.Storage;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures reading random rows of images from an object store, on the loopback and with the latency of a remote one.</summary>
internal sealed class RemoteRows : IBenchmark
{
    private const string H5pyScript = "h5py_s3.py", Images = "rows", H5pyFolder = "rows/s3", LanceFolder = "rows/lance";
    private const int MaxRows = 2000, FewRows = 512, AloneRows = 64, BatchRows = 256, Rounds = 7, SlowRounds = 3,
        RowBytes = 5 * 96 * 96 * 4;
    private const double LatencyMs = 20;

    private readonly int defaultAtOnce = StoreOptions.Default.ParallelRequests;

    public string Name => "remote";

    public IReadOnlyList<string> PeerScripts => [RandomRows.Script, H5pyScript, RandomRows.LanceScript];

    public void Require() => Gateway.Require();

    public async Task<Section> RunAsync()
    {
        Peer.Generate(RandomRows.Script, Images);
        Peer.Generate(H5pyScript, H5pyFolder);
        Peer.Generate(RandomRows.LanceScript, LanceFolder);
        await ImageDatasets.BuildAsync(Images, "raw", PieceCodec.None);
        long[] order = NpyFile.ReadAll<long>(Folders.Work(Images, "order.npy"), "<i8");
        long[] rows = order[..Math.Min(MaxRows, order.Length / 2)];
        int few = Math.Min(FewRows, rows.Length);

        await using Gateway gateway = await Gateway.StartAsync();
        await Gateway.PutAsync(Folders.Work(Images, "raw"), "raw");
        await Gateway.PutAsync(Folders.Work(H5pyFolder, "rows.h5"), "h5py");
        await Gateway.PutAsync(Folders.Work(LanceFolder, "db"), "lance");
        using DelayProxy far = DelayProxy.Start(gateway.Endpoint, TimeSpan.FromMilliseconds(LatencyMs));

        List<Figure> figures = [];
        await NearAsync(figures, gateway.Endpoint, rows);
        await FarAsync(figures, far.Address, rows, few);
        await RemoteEpochs.MeasureAsync(figures, gateway.Endpoint, Gateway.AddressOf("raw"), Folders.Work(Name, "cache"),
            MediumOf(gateway.Endpoint, order.Length));
        await ShuffledEpochs.MeasureAsync(figures, gateway.Endpoint, Gateway.AddressOf("raw"), Folders.Work(Name, "cache"));
        return new Section(
            "Random rows of images from an object store",
            $"""
            {rows.Length:N0} of {order.Length:N0} rows of float32 5×96×96 in a random order, in batches of {BatchRows}, from Ceph's S3
            gateway on the same two cores, its objects on the disk and warm; {Rounds} rounds (h5py: {SlowRounds}).
            Rows are verified on our side. *Plain range requests* are signed requests of the runtime's HTTP client, as many in parallel as
            ours, of the same rows of the peer's file, without processing the bytes: the limit. h5py reads through a file object
            on boto3, one request per row; Lance takes batches of {BatchRows} through its Node binding with its own settings.
            All sum the first pixel of every row in the timed pass; before it, all bytes are compared by SHA-256.
            *The medium* is the peer's file in plain requests of 8 MiB, 8 in parallel. *Far* is the same server behind a proxy that
            delays requests by {LatencyMs:0} ms. *The ideal* is one request per row, as many in parallel, each as fast as a single plain
            one; ours needs fewer requests if rows are neighbours.
            """,
            [("ours", Commands.Of(Name)), ("peer", Peer.CommandOf(H5pyScript, "serve", Folders.Work(H5pyFolder), "ENDPOINT",
                $"{rows.Length}", $"{few}")), ("peer", Peer.CommandOf(RandomRows.LanceScript, "serve", Folders.Work(LanceFolder),
                    Gateway.AddressOf("lance"), $"{rows.Length}"))],
            figures);
    }

    private async Task NearAsync(List<Figure> figures, Uri endpoint, long[] rows)
    {
        await using RemotePass ours = await OpenAsync(endpoint, rows, defaultAtOnce);
        using PlainRanges plain = Plain(endpoint, rows, defaultAtOnce);
        using Peer h5py = StartH5py(endpoint, rows.Length), lance = StartLance(rows.Length);
        string found = await ours.Sha256Async();
        foreach (Peer peer in (Peer[])[h5py, lance])
            if (peer.Run($"{rows.Length} sha256").Checksum is var expected && expected != found)
                throw new BenchFailedException(
                    $"the pixels from the store differ from the peer's: SHA-256 {found}, expected {expected}.");

        StoreStatistics before = ours.Statistics;
        ours.Run(rows.Length);
        StoreStatistics after = ours.Statistics;
        Compare(figures, $"{defaultAtOnce} at once", ours, "plain range requests", plain.Run, rows.Length, Rounds, 0.8);
        Compare(figures, $"{defaultAtOnce} at once", ours, "h5py on boto3", count => h5py.Run($"{count}"), rows.Length, SlowRounds, 2);
        Compare(figures, $"{defaultAtOnce} at once", ours, "Lance", count => lance.Run($"{count}"), rows.Length, Rounds, 1.1);
        double requests = (after.Requests - before.Requests) / (double)rows.Length,
            overRead = ((after.BytesFetched - before.BytesFetched) / ((double)rows.Length * RowBytes)) - 1;
        figures.Add(Figure.Alone("requests a row", string.Create(CultureInfo.InvariantCulture, $"{requests:0.000}"), "≤ 1.05",
            requests <= 1.05));
        figures.Add(Figure.Alone("bytes read along", string.Create(CultureInfo.InvariantCulture, $"{overRead:0.0 %}"), "≤ 5 %",
            overRead <= 0.05));
    }

    private async Task FarAsync(List<Figure> figures, Uri endpoint, long[] rows, int few)
    {
        using PlainRanges alone = Plain(endpoint, rows, 1);
        alone.Run(AloneRows / 8);
        double aloneSeconds = Spread.Of(Enumerable.Range(0, 5)
            .Select(_ => alone.Run(Math.Min(AloneRows, rows.Length)).Seconds / Math.Min(AloneRows, rows.Length))).Median;
        foreach (int atOnce in (int[])[8, 16])
        {
            await using RemotePass ours = await OpenAsync(endpoint, rows, atOnce);
            ours.Run(rows.Length);
            double seconds = Spread.Of(Enumerable.Range(0, SlowRounds).Select(_ => ours.Run(rows.Length).Seconds)).Median;
            double share = aloneSeconds * rows.Length / atOnce / seconds;
            Progress.Say($"  far, {atOnce} at once: {rows.Length / seconds:0} rows/s, {share:0.00} of the ideal");
            figures.Add(Figure.Alone($"far, {atOnce} at once", string.Create(CultureInfo.InvariantCulture,
                $"{Rate(rows.Length, seconds)}: {share:0 %} of the ideal, {atOnce} in {aloneSeconds * 1000:0.0} ms"), "≥ 80 %",
                share >= 0.8));
        }
        await using RemotePass many = await OpenAsync(endpoint, rows, defaultAtOnce);
        using PlainRanges plain = Plain(endpoint, rows, defaultAtOnce);
        using Peer h5py = StartH5py(endpoint, few), lance = StartLance(rows.Length);
        Compare(figures, $"far, {defaultAtOnce} at once", many, "plain range requests", plain.Run, rows.Length, Rounds, 0.8);
        Compare(figures, $"far, {defaultAtOnce} at once, {few} rows", many, "h5py on boto3", count => h5py.Run($"{count}"), few,
            SlowRounds, 10);
        Compare(figures, $"far, {defaultAtOnce} at once", many, "Lance", count => lance.Run($"{count}"), rows.Length, Rounds, 1);
    }

    // All images of the peer's file in parts of the size of our largest request, as many in parallel as fit into the memory that ours uses
    // for them.
    private static PlainRanges MediumOf(Uri endpoint, int rowCount)
    {
        const int PartBytes = 8 << 20, PartsAtOnce = 8;
        return new PlainRanges(Gateway.UriOf(endpoint, "h5py/rows.h5"), FirstByte(), PartBytes,
            [.. Enumerable.Range(0, (int)((long)rowCount * RowBytes / PartBytes)).Select(i => (long)i)], PartsAtOnce);
    }

    private static long FirstByte() => NpyFile.ReadAll<long>(Folders.Work(H5pyFolder, "offset.npy"), "<i8")[0];

    private Task<RemotePass> OpenAsync(Uri endpoint, long[] rows, int atOnce) =>
        RemotePass.OpenAsync(endpoint, Gateway.AddressOf("raw"), Folders.Work(Name, "cache"), rows, BatchRows, atOnce);

    private static PlainRanges Plain(Uri endpoint, long[] rows, int atOnce) =>
        new(Gateway.UriOf(endpoint, "h5py/rows.h5"), FirstByte(), RowBytes, rows, atOnce);

    private static Peer StartH5py(Uri endpoint, int count) =>
        Peer.Start(H5pyScript, Folders.Work(H5pyFolder), endpoint.AbsoluteUri.TrimEnd('/'), $"{count}");

    // Lance reads the address of the server from the environment, which the last opened dataset has set.
    private static Peer StartLance(int count) =>
        Peer.Start(RandomRows.LanceScript, Folders.Work(LanceFolder), Gateway.AddressOf("lance"), $"{count}");

    private static void Compare(List<Figure> figures, string what, RemotePass ours, string peerName, Func<int, Pass> peer, int count,
        int rounds, double minRatio) =>
        figures.Add(Figure.Of(what, Duel.Run($"{what} / {peerName}", () => ours.Run(count), () => peer(count), rounds),
            seconds => Rate(count, seconds), peerName, minRatio));

    private static string Rate(int count, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{count / seconds:N0} rows/s ({RowBytes / 1e6 * count / seconds:0} MB/s)");
}
