using Pile.Format;

namespace Pile.Builders.Tests.Running;

/// <summary>A builder whose own code fails in the member that the recipe names.</summary>
[DatasetBuilder("failing")]
public sealed class FailingBuilder : IDatasetBuilder
{
    private readonly string member;

    public FailingBuilder(RecipeSource source)
    {
        member = source.Map.Text("member");
        Fail("constructor");
    }

    public DatasetFacts Facts
    {
        get
        {
            Fail("facts");
            return member == "no facts" ? null! : new() { Modality = "catalogue" };
        }
    }

    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken)
    {
        Fail("plan");
        SourceUnit only = new("only", []);
        if (member == "tells")
            context.Report("about the source");
        return member switch
        {
            "no list" => null!,
            "no unit" => new[] { only, null! }.ToAsyncEnumerable(),
            "no id" => new[] { only, new SourceUnit("", ["a.txt"]) }.ToAsyncEnumerable(),
            "no files" => new[] { only, new SourceUnit("other", null!) }.ToAsyncEnumerable(),
            "same id" => new[] { only, new SourceUnit("only", ["a.txt"]) }.ToAsyncEnumerable(),
            "plan timeout" => TimeoutAsync<SourceUnit>(),
            _ => new[] { only }.ToAsyncEnumerable(),
        };
    }

    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken)
    {
        Fail("read");
        return member switch
        {
            "no batches" => null!,
            "no batch" => new RowBatch[] { null! }.ToAsyncEnumerable(),
            "timeout" => TimeoutAsync<RowBatch>(),
            "waits" => WaitAsync(context, cancellationToken),
            _ => AsyncEnumerable.Empty<RowBatch>(),
        };
    }

    // As HttpClient does when its Timeout has passed.
    private static async IAsyncEnumerable<T> TimeoutAsync<T>()
    {
        await Task.Yield();
        throw new TaskCanceledException("the server did not answer", new TimeoutException());
#pragma warning disable CS0162 // makes it an iterator
        yield break;
#pragma warning restore CS0162
    }

    private static async IAsyncEnumerable<RowBatch> WaitAsync(BuildContext context,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        context.Report("waiting");
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    private void Fail(string here)
    {
        if (member == here)
            throw new ArgumentNullException(here);
    }
}
