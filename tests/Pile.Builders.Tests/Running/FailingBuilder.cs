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
            return new() { Modality = "catalogue" };
        }
    }

    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken)
    {
        Fail("plan");
        return new[] { new SourceUnit("only", []) }.ToAsyncEnumerable();
    }

    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken)
    {
        Fail("read");
        return AsyncEnumerable.Empty<RowBatch>();
    }

    private void Fail(string here)
    {
        if (member == here)
            throw new ArgumentNullException(here);
    }
}
