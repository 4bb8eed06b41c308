using Pile.Storage;

namespace Pile.Review.Tests.Validation;

public sealed class PlaceAccessTests
{
    private static readonly StoreException Denied = new(StoreFault.Denied, "x", "it denies access", "Log in"),
        Silent = new(StoreFault.Unreachable, "x", "it does not respond", "Wait");

    [Fact]
    public void A_place_that_denies_every_file_is_given_up_after_eight()
    {
        PlaceAccess access = new();
        for (int file = 0; file < 8; file++)
        {
            Assert.Null(access.ObstacleOf("a"));
            Assert.True(access.TryDeny("a", file, Denied));
            Assert.True(access.TryDeny("a", file, Denied)); // one file, twice
        }
        Assert.Equal(Denied.Message, access.ObstacleOf("a"));
        Assert.Empty(access.Complete());
        Assert.Equal(("a", Denied.Message), Assert.Single(access.GivenUp));
    }

    [Fact]
    public void A_place_that_granted_a_file_is_never_given_up_for_denials()
    {
        PlaceAccess access = new();
        access.Grant("a");
        for (int file = 0; file < 100; file++)
            Assert.True(access.TryDeny("a", file, Denied));
        Assert.Null(access.ObstacleOf("a"));
        Assert.Equal(Enumerable.Range(0, 100), access.Complete().Select(f => f.File));
        Assert.Empty(access.GivenUp);
    }

    [Fact]
    public void A_place_that_does_not_respond_is_given_up_at_once_and_others_are_not()
    {
        PlaceAccess access = new();
        access.Grant("a");
        Assert.True(access.TryDeny("a", 0, Silent));
        Assert.Equal(Silent.Message, access.ObstacleOf("a"));
        Assert.Null(access.ObstacleOf("b"));
        Assert.False(access.TryDeny("b", 1, new StoreException(StoreFault.Changed, "x", "the file was changed", "Build again")));
    }

    [Fact]
    public void One_denied_file_of_a_place_without_others_is_the_place()
    {
        PlaceAccess access = new();
        Assert.True(access.TryDeny("a", 3, Denied));
        Assert.Empty(access.Complete());
        Assert.Equal("a", Assert.Single(access.GivenUp).Place);
    }
}
