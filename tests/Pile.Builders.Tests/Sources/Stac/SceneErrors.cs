using Pile.Format;

namespace Pile.Builders.Tests.Sources.Stac;

/// <summary>The errors of reading documents.</summary>
internal static class SceneErrors
{
    /// <summary>Reads all rows and returns the error.</summary>
    internal static Task<PileException> OfAsync(BuilderRun run) =>
        Assert.ThrowsAnyAsync<PileException>(() => run.ReadAllAsync(TestContext.Current.CancellationToken));

    /// <summary>Asserts that a message has these parts.</summary>
    internal static void Contains(PileException error, params string[] parts)
    {
        foreach (string part in parts)
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
