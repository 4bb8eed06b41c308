using Pile.Writing;

namespace Pile.Builders;

/// <summary>A builder whose units must agree in facts that only all of them together show, also if other processes read some of
/// them.</summary>
internal interface IAgreeingBuilder
{
    /// <summary>Checks the facts about all units.</summary>
    /// <exception cref="ReadAgainException">The source must be read differently.</exception>
    void RequireAgreement(IEnumerable<UnitFacts> facts);
}
